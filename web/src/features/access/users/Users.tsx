import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '../../../api/access';
import { AnswerState } from '../../../app/AnswerState';
import { useTime } from '../../../app/TimeProvider';
import { dayClock } from '../../../time/clock';
import { Button } from '../../../ui/Button';
import { Empty } from '../../../ui/Empty';
import { Icon } from '../../../ui/Icon';
import { useKeys } from '../../../ui/keys';
import { type Column, LongTable } from '../../../ui/LongTable';
import { type Health, StateMark } from '../../../ui/StateMark';
import css from '../AccessPage.module.css';
import { useTeams, useUsers } from '../useAccess';
import { useAccessSearch } from '../useAccessSearch';

/** Everybody who has an account, and what they may do and see. */
export function Users() {
  const { t } = useTranslation();
  const [{ find, open }, change] = useAccessSearch();
  const answer = useUsers();
  const finder = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => finder.current?.focus() });
  const columns = useColumns();
  const all = answer.data ?? [];
  const users = all.filter((user) => holds(user, find));
  const add = () => change({ make: true, open: undefined });
  return (
    <>
      <div className={css.bar}>
        <input
          ref={finder}
          type="search"
          className={css.find}
          value={find ?? ''}
          placeholder={t('access.users.find')}
          aria-label={t('access.users.find')}
          onChange={({ target }) => change({ find: target.value || undefined }, true)}
        />
        <Button look="primary" className={css.end ?? ''} onClick={add}>
          <Icon name="plus" size={14} />
          {t('access.users.add')}
        </Button>
      </div>
      <AnswerState answer={answer} failed={t('access.users.failed')} />
      {answer.data && all.length === 0 && (
        <Empty
          title={t('access.users.empty')}
          why={t('access.users.emptyWhy')}
          command="haetae user add NAME --role admin --data DIR"
        />
      )}
      {all.length > 0 && users.length === 0 && (
        <Empty title={t('access.none')}>
          <Button size="small" onClick={() => change({ find: undefined })}>
            {t('access.showAll')}
          </Button>
        </Empty>
      )}
      {users.length > 0 && (
        <LongTable
          label={t('access.tabs.users')}
          columns={columns}
          rows={users}
          keyOf={({ id }) => id}
          openKey={open}
          isOff={({ disabled }) => disabled}
        />
      )}
    </>
  );
}

function holds({ name, full_name, email, teams }: User, text = ''): boolean {
  return [name, full_name, email, ...teams].join(' ').toLowerCase().includes(text.toLowerCase());
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
          <small>{[t(`role.${user.role}`), ...user.teams.map(named)].join(' · ')}</small>
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
      cell: (user) => (user.teams.length > 0 ? user.teams.map(named).join(', ') : '–'),
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
      {t(`access.users.states.${state}`, { provider: user.provider })}
    </span>
  );
}

// Whoever simply can sign in needs no mark.
const marks: Readonly<Partial<Record<string, Health>>> = {
  disabled: 'unknown',
  mustChange: 'warn',
};
