import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  addTeam,
  changeTeam,
  deleteTeam,
  type Team,
  teamsKey,
  usersKey,
} from '../../../api/access';
import { limits } from '../../../api/limits';
import { Button } from '../../../ui/Button';
import { Empty } from '../../../ui/Empty';
import { Icon } from '../../../ui/Icon';
import { SidePanel } from '../../../ui/SidePanel';
import { toast } from '../../../ui/toast';
import { Confirm } from '../Confirm';
import css from '../Form.module.css';
import { SaveProblem } from '../SaveProblem';
import { useTeams, useUsers } from '../useAccess';
import { useAccessSearch } from '../useAccessSearch';
import { GrantFields } from './GrantFields';
import { draftsOf, grantsOf, isChanged, withGrant } from './grants';
import { Members } from './Members';

/** One team, or with no code a new one. */
export function TeamPanel({ code }: { code?: string | undefined }) {
  const { t } = useTranslation();
  const [, change] = useAccessSearch();
  const { data: teams } = useTeams();
  const queries = useQueryClient();
  const [round, setRound] = useState(0);
  const team = teams?.find((one) => one.code === code);
  const close = () => change({ open: undefined, make: undefined });
  const reload = async () => {
    await queries.refetchQueries({ queryKey: teamsKey });
    setRound(round + 1);
  };
  if (team || code === undefined) {
    return <Editor key={round} team={team} onClose={close} onReload={() => void reload()} />;
  }
  return (
    <SidePanel title={<span translate="no">{code}</span>} onClose={close}>
      {teams && <Empty title={t('access.teams.gone')} />}
    </SidePanel>
  );
}

interface EditorProps {
  team: Team | undefined;
  onClose: () => void;
  onReload: () => void;
}

function Editor({ team, onClose, onReload }: EditorProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [read, setRead] = useState(team);
  const [code, setCode] = useState(team?.code ?? '');
  const [name, setName] = useState(team?.name ?? '');
  const [grants, setGrants] = useState(() => draftsOf(team?.grants ?? [{ datasets: ['logs'] }]));
  const save = useMutation({
    mutationFn: () => {
      const text = { name: name.trim(), grants: grantsOf(grants) };
      return read ? changeTeam(read, text) : addTeam({ code: code.trim(), ...text });
    },
    onSuccess: (saved) => {
      void queries.invalidateQueries({ queryKey: teamsKey });
      toast(t(read ? 'access.teams.saved' : 'access.teams.added', { name: saved.name }));
      if (read) setRead(saved);
      else onClose();
    },
  });
  const changed = !read || name.trim() !== read.name || isChanged(grants, read.grants);
  const ready = changed && code.trim() !== '' && name.trim() !== '' && !save.isPending;
  const submit = () => ready && save.mutate();
  return (
    <SidePanel
      title={read ? <span translate="no">{read.name || read.code}</span> : t('access.teams.add')}
      onClose={onClose}
      foot={
        <>
          <Button look="primary" disabled={!ready} onClick={submit}>
            {t(read ? 'access.save' : 'access.teams.addNow')}
          </Button>
          {team && <DeleteTeam team={team} onGone={onClose} />}
        </>
      }
    >
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <label className={css.field}>
          {t('access.teams.code')}
          <input
            className={css.mono}
            value={code}
            required
            maxLength={limits.teamCode}
            disabled={read !== undefined}
            spellCheck={false}
            autoComplete="off"
            data-autofocus={read ? undefined : ''}
            onChange={({ target }) => setCode(target.value)}
          />
          <span className={css.hint}>{t('access.teams.codeHint')}</span>
        </label>
        <label className={css.field}>
          {t('access.teams.name')}
          <input
            value={name}
            required
            maxLength={limits.title}
            autoComplete="off"
            onChange={({ target }) => setName(target.value)}
          />
        </label>
        {grants.map((grant, i) => (
          <GrantFields
            key={grant.id}
            grant={grant}
            name={t('access.grant.nth', { n: i + 1 })}
            onChange={(next) => setGrants(grants.map((one) => (one.id === next.id ? next : one)))}
            onRemove={() => setGrants(grants.filter(({ id }) => id !== grant.id))}
          />
        ))}
        {grants.length === 0 && <p className={css.hint}>{t('access.teams.seesNothing')}</p>}
        <div className={css.row}>
          <Button size="small" onClick={() => setGrants(withGrant(grants))}>
            <Icon name="plus" size={13} />
            {t('access.grant.add')}
          </Button>
        </div>
        {save.error && <SaveProblem error={save.error} onReload={onReload} />}
      </form>
      {team && <Members team={team} />}
    </SidePanel>
  );
}

function DeleteTeam({ team, onGone }: { team: Team; onGone: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data: users = [] } = useUsers();
  const [asking, setAsking] = useState(false);
  const name = team.name || team.code;
  const members = users.filter(({ teams }) => teams.includes(team.code));
  const remove = useMutation({
    mutationFn: () => deleteTeam(team.code),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: teamsKey });
      void queries.invalidateQueries({ queryKey: usersKey });
      toast(t('access.teams.deleted', { name }));
      onGone();
    },
  });
  return (
    <>
      <Button onClick={() => setAsking(true)}>{t('access.teams.delete')}</Button>
      <Confirm
        title={asking ? t('access.teams.ask', { name }) : undefined}
        act={t('access.teams.delete')}
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={() => setAsking(false)}
      >
        <p>
          {members.length === 0
            ? t('access.teams.noneLose')
            : t('access.teams.lose', { count: members.length })}{' '}
          <span translate="no">{members.map((user) => user.name).join(', ')}</span>
        </p>
      </Confirm>
    </>
  );
}
