import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Token } from '../../../api/access';
import { useTime } from '../../../app/TimeProvider';
import { day, dayClock } from '../../../time/clock';
import type { Column } from '../../../ui/LongTable';
import { type Health, StateMark } from '../../../ui/StateMark';
import { AccessList } from '../AccessList';
import css from '../AccessPage.module.css';
import { GrantText } from '../ScopeSum';
import { useTokens } from '../useAccess';
import { type Standing, standingOf, worstFirst } from './expiry';

/** What programs sign in with: what each may do, when it was last used, and when it ends. */
export function Tokens() {
  const answer = useTokens();
  const { data = [], dataUpdatedAt: now } = answer;
  return (
    <AccessList
      list="tokens"
      answer={answer}
      rows={worstFirst(data, now)}
      wordsOf={({ name, owner, prefix }) => `${name} ${owner} ${prefix}`}
      columns={useColumns(data, now)}
      keyOf={({ id }) => id}
      isOff={(token) => standingOf(token, now) === 'expired'}
      command="haetae token create --role ingest --name web-1 --data DIR"
    />
  );
}

// A token that simply works needs no mark.
const marks: Readonly<Partial<Record<Standing, Health>>> = {
  expired: 'critical',
  soon: 'warn',
  unused: 'unknown',
};

function useColumns(all: readonly Token[], now: number): Column<Token>[] {
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
            {all.some(({ id, name }) => id !== token.id && name === token.name) && (
              <span translate="no">{token.id} · </span>
            )}
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
        const end = token.expires && day(Date.parse(token.expires), zone);
        const mark = end ? marks[standing] : undefined;
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
