import { Link } from '@tanstack/react-router';
import type { ParseKeys } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '../../../api/audit';
import { AnswerState } from '../../../app/AnswerState';
import { useTime } from '../../../app/TimeProvider';
import { clock, day } from '../../../time/clock';
import { Button } from '../../../ui/Button';
import { Empty } from '../../../ui/Empty';
import { type Column, LongTable } from '../../../ui/LongTable';
import { type Health, StateMark } from '../../../ui/StateMark';
import css from '../AccessPage.module.css';
import { outcomes } from '../search';
import { useAccessSearch } from '../useAccessSearch';
import own from './Audit.module.css';
import { AuditBar } from './AuditBar';
import { useAudit } from './useAudit';

/** Who did what within the time range, newest first. */
export function Audit() {
  const { t } = useTranslation();
  const [{ open, q, action, by, outcome }, change] = useAccessSearch();
  const answer = useAudit();
  const { data, hasNextPage, isFetching, fetchNextPage } = answer;
  const columns = useColumns();
  const entries = data?.pages.flatMap((one) => one.entries) ?? [];
  const narrowed = Boolean(q || action || by || outcome);
  return (
    <>
      <AuditBar entries={entries} />
      <AnswerState answer={answer} failed={t('access.audit.failed')} />
      {data && entries.length === 0 && (
        <Empty
          title={t(narrowed ? 'access.audit.none' : 'access.audit.empty')}
          why={t(narrowed ? 'access.audit.noneWhy' : 'access.audit.emptyWhy')}
        >
          {narrowed && (
            <Button
              size="small"
              onClick={() =>
                change({ q: undefined, action: undefined, by: undefined, outcome: undefined })
              }
            >
              {t('access.showAll')}
            </Button>
          )}
        </Empty>
      )}
      {entries.length > 0 && (
        <LongTable
          label={t('access.tabs.audit')}
          columns={columns}
          rows={entries}
          keyOf={({ seq }) => String(seq)}
          openKey={open}
          onEnd={hasNextPage && !isFetching ? () => void fetchNextPage() : undefined}
        />
      )}
    </>
  );
}

// What simply was done needs no mark.
const marks: Readonly<Partial<Record<string, Health>>> = {
  begun: 'unknown',
  denied: 'warn',
  failed: 'critical',
};

/** How an action went, as a mark and a word; a word that this console does not know stands as it is. */
export function OutcomeMark({ outcome }: { outcome: string }) {
  const { t } = useTranslation();
  const known = outcomes.find((one) => one === outcome);
  const mark = marks[outcome];
  return (
    <span className={css.state} data-quiet={!mark || undefined}>
      {mark && <StateMark health={mark} />}
      {known ? t(`access.audit.outcomes.${known}`) : <span translate="no">{outcome}</span>}
    </span>
  );
}

/** Names who acted; an administrator who looks as somebody else stays one. */
export function useWho() {
  const { t } = useTranslation();
  return ({ by, by_kind, seen_by }: Pick<AuditEntry, 'by' | 'by_kind' | 'seen_by'>) => {
    if (by === unknownName) return t('access.audit.unknownName');
    if (isProgram(by_kind)) return t(`access.audit.${by_kind}`, { by });
    return seen_by ? t('access.audit.seenBy', { by: seen_by, as: by }) : by;
  };
}

/** Reports whether somebody is known by what programs show, and is told so: a program may have the name of a user. */
export function isProgram(kind: string): kind is 'token' | 'certificate' {
  return kind === 'token' || kind === 'certificate';
}

/** Stands in the trail for a name that was typed to sign in and that no user has. */
const unknownName = '(unknown name)';

type Action =
  Extract<ParseKeys, `access.audit.actions.${string}`> extends `access.audit.actions.${infer Code}`
    ? Code
    : never;

/** What was done, in words beside the name by which entries are searched; a name that this console does not know stands alone. */
export function ActionName({ action }: { action: string }) {
  const { t, i18n } = useTranslation();
  const known = action.replaceAll('.', '_');
  return (
    <>
      {i18n.exists(`access.audit.actions.${known}`) && (
        <span className={own.words}>{t(`access.audit.actions.${known as Action}`)}</span>
      )}
      <code translate="no">{action}</code>
    </>
  );
}

function useColumns(): Column<AuditEntry>[] {
  const { t } = useTranslation();
  const { zone } = useTime();
  const who = useWho();
  return [
    {
      id: 'time',
      head: t('access.audit.time'),
      marks: ['mono'],
      cell: ({ seq, time }) => (
        <Link to="/access" search={(old) => ({ ...old, open: String(seq) })} data-row="">
          <time dateTime={time}>
            <span className={css.desk}>{day(Date.parse(time), zone)} </span>
            {clock(Date.parse(time), zone, 'second')}
          </time>
          <small>{day(Date.parse(time), zone)}</small>
        </Link>
      ),
    },
    {
      id: 'action',
      head: t('access.audit.action'),
      width: '32%',
      phoneWidth: '56%',
      cell: ({ action, target, ...entry }) => (
        <>
          <ActionName action={action} />
          <small translate="no">{[who(entry), target].filter(Boolean).join(' → ')}</small>
        </>
      ),
    },
    {
      id: 'by',
      head: t('access.audit.by'),
      marks: ['wide'],
      width: '16%',
      cell: (entry) => <span translate="no">{who(entry) || '–'}</span>,
    },
    {
      id: 'target',
      head: t('access.audit.target'),
      marks: ['wide'],
      width: '22%',
      cell: ({ target }) => <span translate="no">{target || '–'}</span>,
    },
    {
      id: 'outcome',
      head: t('access.audit.outcome'),
      cell: ({ outcome }) => <OutcomeMark outcome={outcome} />,
    },
    {
      id: 'address',
      head: t('access.audit.address'),
      marks: ['mono', 'wider'],
      cell: ({ address }) => <span translate="no">{address || '–'}</span>,
    },
  ];
}
