import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { User } from '../../../api/access';
import { providerName, useMe } from '../../../app/me';
import { useTime } from '../../../app/TimeProvider';
import { dayClock } from '../../../time/clock';
import type { Column } from '../../../ui/LongTable';
import { type Health, StateMark } from '../../../ui/StateMark';
import { AccessList } from '../AccessList';
import css from '../AccessPage.module.css';
import { useTeams, useUsers } from '../useAccess';

/** Everybody who has an account, and what they may do and see. */
export function Users() {
  const answer = useUsers();
  return (
    <AccessList
      list="users"
      answer={answer}
      rows={answer.data ?? []}
      wordsOf={({ name, full_name, email, teams }) => [name, full_name, email, ...teams].join(' ')}
      columns={useColumns()}
      keyOf={({ id }) => id}
      isOff={({ disabled }) => disabled}
      command="haetae user add NAME --role admin --data DIR"
    />
  );
}

function useColumns(): Column<User>[] {
  const { t } = useTranslation();
  const { zone } = useTime();
  const { data: teams } = useTeams();
  const named = (code: string) => teams?.find((team) => team.code === code)?.name || code;
  return [
    {
      id: 'name',
      head: t('access.users.name'),
      width: '20%',
      phoneWidth: '60%',
      cell: (user) => (
        <>
          <Link
            to="/access"
            search={(old) => ({ ...old, open: user.id, make: undefined })}
            data-row=""
            translate="no"
          >
            {user.name}
          </Link>
          <small>
            {t(`role.${user.role}`)}
            <span translate="no">{user.teams.map((code) => ` · ${named(code)}`)}</span>
          </small>
        </>
      ),
    },
    {
      id: 'full',
      head: t('access.users.fullName'),
      marks: ['wide'],
      width: '20%',
      cell: ({ full_name }) => <span translate="no">{full_name || '–'}</span>,
    },
    {
      id: 'role',
      head: t('access.users.role'),
      marks: ['wide'],
      cell: ({ role }) => t(`role.${role}`),
    },
    {
      id: 'teams',
      head: t('access.users.teams'),
      marks: ['wide'],
      width: '24%',
      cell: (user) => <span translate="no">{user.teams.map(named).join(', ') || '–'}</span>,
    },
    {
      id: 'everything',
      head: t('access.users.everything'),
      marks: ['wider'],
      cell: ({ role, everything }) =>
        role === 'admin' || everything ? t('access.yes') : t('access.users.byTeam'),
    },
    {
      id: 'factor',
      head: t('access.users.factor'),
      marks: ['wider'],
      cell: ({ second_factor }) => (second_factor ? t('access.yes') : '–'),
    },
    {
      id: 'last',
      head: t('access.users.last'),
      marks: ['mono', 'wide'],
      cell: ({ last_sign_in }) => dayClockOf(last_sign_in, zone),
    },
    { id: 'state', head: t('access.users.state'), cell: (user) => <UserState user={user} /> },
  ];
}

/** Formats a time that may not have been yet. */
function dayClockOf(time: string | null | undefined, zone: string): string {
  return time && !time.startsWith('0001') ? dayClock(Date.parse(time), zone, 'minute') : '–';
}

/** Whether somebody can sign in, and how. */
function UserState({ user }: { user: User }) {
  const { t } = useTranslation();
  const { me } = useMe();
  const state = user.disabled
    ? 'disabled'
    : user.must_change
      ? 'mustChange'
      : user.provider
        ? 'provider'
        : 'active';
  const mark = marks[state];
  return (
    <span className={css.state} data-quiet={!mark || undefined}>
      {mark && <StateMark health={mark} />}
      {t(`access.users.states.${state}`, { provider: providerName(me, user.provider) })}
    </span>
  );
}

// Whoever simply can sign in needs no mark.
const marks: Readonly<Partial<Record<string, Health>>> = {
  disabled: 'unknown',
  mustChange: 'warn',
};
