import { useTranslation } from 'react-i18next';
import { useTime } from '../../app/TimeProvider';
import { clock } from '../../time/clock';
import { Button } from '../../ui/Button';
import { bytes, count } from '../../ui/quantity';
import { StateMark } from '../../ui/StateMark';
import css from './CostLine.module.css';
import type { RowsSnapshot } from './rowStore';

interface CostLineProps {
  rows: RowsSnapshot;
  /** Lines that match in the whole window; unknown before the histogram has come, or with pipes. */
  total: number | undefined;
  onCancel: () => void;
  onRetry: () => void;
}

/** How much was found, and what the answer has cost: read segments, time, bytes, and whether it is whole. */
export function CostLine({ rows, total, onCancel, onRetry }: CostLineProps) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const { stats, state } = rows;
  const found = total ?? rows.rows.length;
  return (
    <div className={css.line} role="status">
      {state === 'asking' && (
        <span className={css.progress}>
          <span className={css.text}>{t('logs.cost.reading')}</span>
          <Button size="small" className={css.cancel} onClick={onCancel}>
            {t('logs.cost.cancel')}
          </Button>
        </span>
      )}
      <span className={state === 'asking' ? css.waiting : undefined}>
        <b>{count(found)}</b> {t('logs.cost.lines', { count: found })}
      </span>
      {stats?.more && <span>{t('logs.cost.more', { n: count(rows.rows.length) })}</span>}
      {stats?.partial && (
        <span className={css.partial} title={stats.partial_reason}>
          <StateMark health="warn" />
          <b>{t('logs.cost.partial')}</b>
          <span className={css.reason}>{stats.partial_reason}</span>
          <Button size="small" onClick={onRetry}>
            {t('logs.retry')}
          </Button>
        </span>
      )}
      {stats && (
        <span className={css.cost}>
          <span>
            {t('logs.cost.segments', {
              read: count(stats.segments_read),
              total: count(stats.segments_total),
            })}
          </span>
          <span>{t('unit.ms', { n: count(stats.duration_ms) })}</span>
          <span>{bytes(stats.bytes_read)}</span>
          {stats.complete_up_to && (
            <span className={css.complete}>
              {t('logs.cost.complete', {
                time: clock(Date.parse(stats.complete_up_to), zone, 'milli').slice(0, -2),
              })}
            </span>
          )}
        </span>
      )}
    </div>
  );
}
