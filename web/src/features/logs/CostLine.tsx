import { useTranslation } from 'react-i18next';
import type { QueryProgress } from '../../api/rows';
import { useTime } from '../../app/TimeProvider';
import { clock } from '../../time/clock';
import { Button } from '../../ui/Button';
import { Kbd } from '../../ui/Kbd';
import { bytes, count } from '../../ui/quantity';
import css from './CostLine.module.css';
import { CutShort } from './CutShort';
import type { RowsSnapshot } from './rowStore';

interface CostLineProps {
  rows: RowsSnapshot;
  /** Lines that match in the whole window; unknown before the histogram has come, or with pipes. */
  total: number | undefined;
  onCancel: () => void;
  onRetry: () => void;
  onExplain: () => void;
}

/** How much was found, and what the answer has cost: read segments, time, bytes, and whether it is whole. */
export function CostLine({ rows, total, onCancel, onRetry, onExplain }: CostLineProps) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const { stats, state } = rows;
  const found = total ?? rows.rows.length;
  return (
    <div className={css.line} role="status">
      {state === 'asking' && <Reading progress={rows.progress} onCancel={onCancel} />}
      {state === 'cancelled' ? (
        <CutShort
          title={t('logs.cost.cancelled')}
          reason={
            rows.rows.length === 0
              ? undefined
              : t(rows.old ? 'logs.cost.cancelledOld' : 'logs.cost.cancelledPart')
          }
          again={t('logs.cost.again')}
          onRetry={onRetry}
        />
      ) : (
        <span className={state === 'asking' ? css.waiting : undefined}>
          <b>{count(found)}</b> {t('logs.cost.lines', { count: found })}
        </span>
      )}
      {stats?.more && <span>{t('logs.cost.more', { n: count(rows.rows.length) })}</span>}
      {stats?.partial && (
        <CutShort title={t('logs.cost.partial')} reason={stats.partial_reason} onRetry={onRetry} />
      )}
      {stats && state !== 'cancelled' && (
        <button
          type="button"
          className={css.cost}
          data-asking={state === 'asking' || undefined}
          title={t('logs.explain.title')}
          onClick={onExplain}
        >
          {/* What was read is not told to those who may see a part: it would say how much there is of others'. */}
          {stats.segments_total > 0 && (
            <span>
              {t('logs.cost.segments', {
                count: stats.segments_total,
                read: count(stats.segments_read),
                total: count(stats.segments_total),
              })}
            </span>
          )}
          <span>{t('unit.ms', { n: count(stats.duration_ms) })}</span>
          {stats.segments_total > 0 && <span>{bytes(stats.bytes_read)}</span>}
          {stats.complete_up_to && (
            <span className={css.complete}>
              {t('logs.cost.complete', {
                time: clock(Date.parse(stats.complete_up_to), zone, 'milli').slice(0, -2),
              })}
            </span>
          )}
        </button>
      )}
    </div>
  );
}

/** How far a search has come that takes longer than one would notice. */
function Reading({
  progress,
  onCancel,
}: {
  progress: QueryProgress | undefined;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const share = progress?.segments_total ? progress.segments_done / progress.segments_total : 0;
  return (
    // The numbers change many times in a second: they are there to be read, not to be read out.
    <span className={css.progress} aria-live="off">
      <progress
        className={css.bar}
        aria-label={t('logs.cost.reading')}
        value={progress ? share : undefined}
        max={1}
      />
      <span className={css.text}>
        {progress
          ? t('logs.cost.progress', {
              count: progress.segments_total,
              done: count(progress.segments_done),
              total: count(progress.segments_total),
              seconds: t('unit.s', { n: (progress.elapsed_ms / 1000).toFixed(1) }),
              read: bytes(progress.bytes_read),
            })
          : t('logs.cost.reading')}
      </span>
      <Button size="small" onClick={onCancel}>
        {t('logs.cost.cancel')} <Kbd>{'Esc'}</Kbd>
      </Button>
    </span>
  );
}
