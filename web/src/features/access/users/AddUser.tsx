import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addUser, usersKey } from '../../../api/access';
import { Button } from '../../../ui/Button';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { SidePanel } from '../../../ui/SidePanel';
import { toast } from '../../../ui/toast';
import css from '../Form.module.css';
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
  const close = () => change({ make: undefined });
  const add = useMutation({
    mutationFn: () => addUser({ ...draft, name: draft.name.trim() }),
    onSuccess: ({ name, password }) => {
      void queries.invalidateQueries({ queryKey: usersKey });
      toast(t('access.users.added', { name }));
      if (!password) close();
    },
  });
  const made = add.data;
  if (made?.password) {
    return (
      <SidePanel
        title={t('access.users.add')}
        onClose={close}
        foot={
          <Button look="primary" onClick={close}>
            {t('access.done')}
          </Button>
        }
      >
        <div className={css.form}>
          <Once title={t('access.users.password', { name: made.name })} secret={made.password}>
            <p>{t('access.users.mustChange')}</p>
          </Once>
        </div>
      </SidePanel>
    );
  }
  return (
    <SidePanel
      title={t('access.users.add')}
      onClose={close}
      foot={
        <Button
          look="primary"
          disabled={draft.name.trim() === '' || add.isPending}
          onClick={() => add.mutate()}
        >
          {t('access.users.addNow')}
        </Button>
      }
    >
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (draft.name.trim() !== '' && !add.isPending) add.mutate();
        }}
      >
        <UserFields draft={draft} teams={teams} isNew last={false} onChange={setDraft} />
        <p className={css.hint}>{t('access.users.passwordHint')}</p>
        {add.error && <ErrorNotice error={add.error} title={t('access.notSaved')} />}
      </form>
    </SidePanel>
  );
}
