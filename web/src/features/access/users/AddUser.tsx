import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addUser, usersKey } from '../../../api/access';
import { toast } from '../../../ui/toast';
import css from '../Form.module.css';
import { MakePanel } from '../MakePanel';
import { Once } from '../Once';
import { useTeams } from '../useAccess';
import { useAccessSearch } from '../useAccessSearch';
import { UserFields } from './UserFields';
import { draftOf } from './userDraft';

/** Makes an account; the password that the server makes is shown at the end, once. */
export function AddUser() {
  const { t } = useTranslation();
  const [, change] = useAccessSearch();
  const queries = useQueryClient();
  const { data: teams = [] } = useTeams();
  const [draft, setDraft] = useState(draftOf);
  const add = useMutation({
    mutationFn: () => addUser({ ...draft, name: draft.name.trim() }),
    onSuccess: ({ name, password }) => {
      void queries.invalidateQueries({ queryKey: usersKey });
      toast(t('access.users.added', { name }));
      if (!password) change({ make: undefined });
    },
  });
  const made = add.data;
  return (
    <MakePanel
      list="users"
      make={add}
      ready={draft.name.trim() !== ''}
      made={
        made?.password && (
          <Once title={t('access.users.password', { name: made.name })} secret={made.password}>
            <p>{t('access.users.mustChange')}</p>
          </Once>
        )
      }
    >
      <UserFields draft={draft} teams={teams} isNew last={false} onChange={setDraft} />
      <p className={css.hint}>{t('access.users.passwordHint')}</p>
    </MakePanel>
  );
}
