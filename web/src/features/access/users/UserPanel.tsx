import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeUser, type User, usersKey } from '../../../api/access';
import { Button } from '../../../ui/Button';
import { Empty } from '../../../ui/Empty';
import { SidePanel } from '../../../ui/SidePanel';
import { toast } from '../../../ui/toast';
import css from '../Form.module.css';
import { SaveProblem } from '../SaveProblem';
import { isLastAdmin } from '../scope';
import { useTeams, useUsers } from '../useAccess';
import { useAccessSearch } from '../useAccessSearch';
import { UserActions } from './UserActions';
import { UserFields } from './UserFields';
import { draftOf, isChanged } from './userDraft';

/** One account: who it is, what it may do and see, and what can be done to it. */
export function UserPanel({ id }: { id: string }) {
  const { t } = useTranslation();
  const [, change] = useAccessSearch();
  const { data: users } = useUsers();
  const user = users?.find((one) => one.id === id);
  const close = () => change({ open: undefined });
  // What is written stays when the list is read again; only loading it anew begins with what is there.
  const [round, setRound] = useState(0);
  if (user && users) {
    return (
      <Editor
        key={round}
        user={user}
        users={users}
        onClose={close}
        onReload={() => setRound(round + 1)}
      />
    );
  }
  return (
    <SidePanel title={t('access.users.one')} onClose={close}>
      {users && <Empty title={t('access.users.gone')} />}
    </SidePanel>
  );
}

interface EditorProps {
  user: User;
  users: readonly User[];
  onClose: () => void;
  onReload: () => void;
}

function Editor({ user, users, onClose, onReload }: EditorProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data: teams = [] } = useTeams();
  const [read, setRead] = useState(user);
  const [draft, setDraft] = useState(() => draftOf(user));
  const save = useMutation({
    mutationFn: () => changeUser(read, { ...draft, name: draft.name.trim() }),
    onSuccess: (saved) => {
      void queries.invalidateQueries({ queryKey: usersKey });
      toast(t('access.users.saved', { name: saved.name }));
      setRead(saved);
      setDraft(draftOf(saved));
    },
  });
  const last = isLastAdmin(user, users);
  const reload = async () => {
    await queries.refetchQueries({ queryKey: usersKey });
    onReload();
  };
  return (
    <SidePanel
      title={<span translate="no">{user.name}</span>}
      onClose={onClose}
      foot={
        <Button
          look="primary"
          disabled={!isChanged(draft, read) || draft.name.trim() === '' || save.isPending}
          onClick={() => save.mutate()}
        >
          {t('access.save')}
        </Button>
      }
    >
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (isChanged(draft, read)) save.mutate();
        }}
      >
        <UserFields draft={draft} teams={teams} isNew={false} last={last} onChange={setDraft} />
        <label className={css.check}>
          <input
            type="checkbox"
            checked={draft.disabled}
            disabled={last}
            onChange={({ target }) => setDraft({ ...draft, disabled: target.checked })}
          />
          <span>
            {t('access.users.disable')}
            <small>{t('access.users.disableHint')}</small>
          </span>
        </label>
        {save.error && <SaveProblem error={save.error} onReload={() => void reload()} />}
      </form>
      <UserActions user={user} last={last} onGone={onClose} />
    </SidePanel>
  );
}
