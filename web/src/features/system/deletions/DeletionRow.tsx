import { useTranslation } from 'react-i18next';
import type { Deletion } from '../../../api/deletions';
import { useMe } from '../../../app/me';
import { useTime } from '../../../app/TimeProvider';
import { dayClock } from '../../../time/clock';
import { Button } from '../../../ui/Button';
import { Meter } from '../../../ui/Meter';
import { bytes, count } from '../../../ui/quantity';
import { type Health, StateMark } from '../../../ui/StateMark';
import css from './Deletions.module.css';

const marks: Readonly<Record<Exclude<Deletion['state'], 'running'>, Health>> = {
  done: 'ok',
  cancelled: 'unknown',
  failed: 'critical',
};

interface DeletionRowProps {
  deletion: Deletion;
  onCancel: () => void;
}

/** One deletion: the query with its reason below, what it removed, and where it stands. */
export function DeletionRow({ deletion, onCancel }: DeletionRowProps) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const { query, reason, by, asked, removed, damaged, error, queue_gone, queue_left } = deletion;
  const at = (time: string) => dayClock(Date.parse(time), zone, 'minute');
  const rows = removed.reduce((sum, part) => sum + part.rows, 0);
  const disk = removed.reduce((sum, part) => sum + part.disk_bytes, 0);
  return (
    <tr className={css.row}>
      <th scope="row" data-long="" className={css.query} title={query} translate="no">
        <code>{query}</code>
        <small title={reason}>{reason}</small>
      </th>
      <td data-wide="">
        {at(asked)}
        <small translate="no">{by}</small>
      </td>
      <td data-number="" title={removed.map((part) => `${part.dataset} ${part.rows}`).join(', ')}>
        {t('system.deletions.rows', { count: rows, n: count(rows) })}
        <small>{t('system.deletions.freed', { size: bytes(disk) })}</small>
      </td>
      <td data-wider="" data-dim={queue_gone !== null || undefined}>
        {queue_gone ? t('system.deletions.queueGone') : t('system.deletions.queueHolds')}
        <small>{queue_gone ? at(queue_gone) : count(queue_left)}</small>
      </td>
      <td>
        {deletion.state === 'running' ? (
          <Running deletion={deletion} onCancel={onCancel} />
        ) : (
          <span className={css.state}>
            <StateMark health={marks[deletion.state]} />
            {t(`system.deletions.states.${deletion.state}`)}
          </span>
        )}
        {error && (
          <small data-wrong="" translate="no">
            {error}
          </small>
        )}
        {damaged.length > 0 && (
          <small data-wrong="" title={damaged.join(', ')}>
            {t('system.deletions.damaged', { count: damaged.length, n: damaged.length })}
          </small>
        )}
      </td>
    </tr>
  );
}

function Running({ deletion, onCancel }: DeletionRowProps) {
  const { t } = useTranslation();
  const { may } = useMe();
  const { query, phase, segments_done, segments_total } = deletion;
  return (
    <span className={css.state}>
      {phase === 'waiting' ? (
        t('system.deletions.waiting')
      ) : (
        <>
          <Meter used={segments_done} bound={segments_total} />
          {t('system.deletions.progress', {
            count: segments_total,
            done: count(segments_done),
            total: count(segments_total),
          })}
        </>
      )}
      {may('delete') && (
        <Button
          size="small"
          aria-label={t('system.deletions.cancelOne', { query })}
          onClick={onCancel}
        >
          {t('system.deletions.cancel')}
        </Button>
      )}
    </span>
  );
}
