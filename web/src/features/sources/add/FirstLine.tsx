import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTime } from '../../../app/TimeProvider';
import { clock as clockText } from '../../../time/clock';
import { fixedRange } from '../../../time/range';
import { Button } from '../../../ui/Button';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { useSourcesSearch } from '../useSourcesSearch';
import { type Check, Checks } from './Checks';
import css from './FirstLine.module.css';
import { useFirstLine } from './useFirstLine';

interface FirstLineProps {
  input: string;
  address: string;
  /** When waiting began, and the present moment, both on the server's clock in ms. */
  since: number;
  clock: number;
}

const minute = 60_000;

/** Waits for the first line of a new sender and shows it, with what of it was understood. */
export function FirstLine({ input, address, since, clock }: FirstLineProps) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const [, change] = useSourcesSearch();
  const { sender, row, error } = useFirstLine(input, since);
  const waited = useElapsed(clock - since);
  if (error && !row) return <ErrorNotice error={error} title={t('sources.add.cannotAsk')} />;

  const time = Date.parse(row?._time ?? '');
  const timed = row !== undefined && row._time !== row._observed;
  const hosted = row !== undefined && Boolean(row['host.name'] ?? row.host);
  const checks: Check[] = [
    { id: 'connected', state: sender || row ? 'done' : 'open' },
    { id: 'stored', state: row ? 'done' : 'open' },
    { id: 'time', state: row ? (timed ? 'done' : 'missing') : 'open' },
    { id: 'host', state: row ? (hosted ? 'done' : 'missing') : 'open' },
  ];
  const rejected = Object.entries(sender?.rejected ?? {}).map(([reason]) => reason);

  return (
    <section
      className={css.wait}
      aria-label={t('sources.add.waitLabel')}
      aria-live="polite"
      data-arrived={row !== undefined || undefined}
    >
      <p className={css.title}>
        <span className={css.dot} aria-hidden="true" />
        <b>{row ? t('sources.add.arrived') : t('sources.add.waiting')}</b>
        {!row && <span className={css.elapsed}>{waited}</span>}
      </p>
      {row ? (
        <>
          <p className={css.line} translate="no">
            <time>{clockText(time, zone, 'milli')}</time>
            <b>{row['service.name'] ?? row['host.name'] ?? row._source}</b>
            <code>{row._msg}</code>
          </p>
          <p className={css.actions}>
            <Link
              to="/logs"
              search={{
                q: `_source:=${JSON.stringify(row._source ?? input)}`,
                ...fixedRange({ start: time - 5 * minute, end: time + 5 * minute }),
              }}
              className={css.link}
            >
              {t('sources.add.toLogs')}
            </Link>
            <Button
              size="small"
              onClick={() => change({ since: row._observed ?? row._time }, true)}
            >
              {t('sources.add.other')}
            </Button>
          </p>
        </>
      ) : (
        <p className={css.text}>
          {t('sources.add.listening', { address })}{' '}
          {sender ? t('sources.add.heard', { peer: sender.peer }) : t('sources.add.nothingYet')}
        </p>
      )}
      {!row && rejected.length > 0 && (
        <p className={css.rejected} role="alert">
          {t('sources.add.rejected', { reason: rejected.join(', ') })}
        </p>
      )}
      <Checks checks={checks} />
    </section>
  );
}

/** Counts from a number of ms on, as 0:42. */
function useElapsed(from: number): string {
  const [begun] = useState(() => Date.now() - from);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.floor((now - begun) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
