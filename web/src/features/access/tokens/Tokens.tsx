import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Token } from '../../../api/access';
import { AnswerState } from '../../../app/AnswerState';
import { useTime } from '../../../app/TimeProvider';
import { day, dayClock } from '../../../time/clock';
import { Button } from '../../../ui/Button';
import { Empty } from '../../../ui/Empty';
import { Icon } from '../../../ui/Icon';
import { type Column, LongTable } from '../../../ui/LongTable';
import { type Health, StateMark } from '../../../ui/StateMark';
import css from '../AccessPage.module.css';
import { GrantText } from '../ScopeSum';
import { useTokens } from '../useAccess';
import { useAccessSearch } from '../useAccessSearch';
import { type Standing, standingOf, worstFirst } from './expiry';

/** What programs sign in with: what each may do, when it was last used, and when it ends. */
export function Tokens() {
  const { t } = useTranslation();
  const [{ open, find }, change] = useAccessSearch();
  const answer = useTokens();
  const columns = useColumns(answer.dataUpdatedAt);
  const all = answer.data ?? [];
  const text = find?.toLowerCase() ?? '';
  const tokens = worstFirst(all, answer.dataUpdatedAt).filter(({ name, owner, prefix }) =>
    `${name} ${owner} ${prefix}`.toLowerCase().includes(text),
  );
  const add = (
    <Button
      look="primary"
      className={css.end ?? ''}
      onClick={() => change({ make: true, open: undefined })}
    >
      <Icon name="plus" size={14} />
      {t('access.tokens.add')}
    </Button>
  );
  return (
    <>
      {all.length > 0 && (
        <div className={css.bar}>
          <input
            type="search"
            className={css.find}
            value={find ?? ''}
            placeholder={t('access.tokens.find')}
            aria-label={t('access.tokens.find')}
            onChange={({ target }) => change({ find: target.value || undefined }, true)}
          />
          {add}
        </div>
      )}
      <AnswerState answer={answer} failed={t('access.tokens.failed')} />
      {answer.data && all.length === 0 && (
        <Empty
          title={t('access.tokens.empty')}
          why={t('access.tokens.emptyWhy')}
          command="haetae token create --role ingest --name web-1 --data DIR"
        >
          {add}
        </Empty>
      )}
      {all.length > 0 && tokens.length === 0 && (
        <Empty title={t('access.none')}>
          <Button size="small" onClick={() => change({ find: undefined })}>
            {t('access.showAll')}
          </Button>
        </Empty>
      )}
      {tokens.length > 0 && (
        <LongTable
          label={t('access.tabs.tokens')}
          columns={columns}
          rows={tokens}
          keyOf={({ id }) => id}
          openKey={open}
          isOff={(token) => standingOf(token, answer.dataUpdatedAt) === 'expired'}
        />
      )}
    </>
  );
}

// A token that simply works needs no mark.
const marks: Readonly<Partial<Record<Standing, Health>>> = {
  expired: 'critical',
  soon: 'warn',
  unused: 'unknown',
};

function useColumns(now: number): Column<Token>[] {
  const { t } = useTranslation();
  const { zone } = useTime();
  return [
    {
      id: 'name',
      head: t('access.tokens.name'),
      width: '22%',
      phoneWidth: '55%',
      cell: (token) => (
        <>
          <Link
            to="/access"
            search={(old) => ({ ...old, open: token.id, make: undefined })}
            data-row=""
            translate="no"
          >
            {token.name}
          </Link>
          <small>
            {t(`role.${token.role}`)}
            {token.last_used && ` · ${dayClock(Date.parse(token.last_used), zone, 'minute')}`}
          </small>
        </>
      ),
    },
    {
      id: 'role',
      head: t('access.tokens.role'),
      marks: ['wide'],
      cell: ({ role }) => t(`role.${role}`),
    },
    {
      id: 'scope',
      head: t('access.tokens.scope'),
      marks: ['wide'],
      width: '28%',
      cell: (token) => <GrantText grant={token} />,
    },
    {
      id: 'owner',
      head: t('access.tokens.owner'),
      marks: ['wider'],
      cell: ({ owner }) => <span translate="no">{owner || '–'}</span>,
    },
    {
      id: 'used',
      head: t('access.tokens.used'),
      marks: ['mono', 'wide'],
      cell: ({ last_used }) => (last_used ? dayClock(Date.parse(last_used), zone, 'minute') : '–'),
    },
    {
      id: 'address',
      head: t('access.tokens.address'),
      marks: ['mono', 'wider'],
      cell: ({ last_address }) => <span translate="no">{last_address || '–'}</span>,
    },
    {
      id: 'expires',
      head: t('access.tokens.expires'),
      cell: (token) => {
        const standing = standingOf(token, now);
        const mark = marks[standing];
        const end = token.expires && day(Date.parse(token.expires), zone);
        return (
          <span className={css.state} data-quiet={!mark || undefined}>
            {mark && <StateMark health={mark} />}
            {end ? t(`access.tokens.ends.${standing}`, { day: end }) : t('access.tokens.never')}
          </span>
        );
      },
    },
  ];
}
