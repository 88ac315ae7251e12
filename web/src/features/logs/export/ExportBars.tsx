import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { cancelQuery, fetchQueries, type RunningQuery } from '../../../api/queries';
import { Button, IconButton } from '../../../ui/Button';
import { bytes, count } from '../../../ui/quantity';
import css from './ExportBars.module.css';
import { type BegunExport, dismissExport, useExports } from './exports';

const pollEvery = 500; // ms
// The server lists an export soon after the browser asked for it. One that it does not know later was refused, or ended long ago.
const knownWithin = 3000; // ms

/** The exports that were begun on this page: how far each has come, and how it ended. */
export function ExportBars() {
  const exports = useExports();
  const { data, dataUpdatedAt } = useQuery({
    queryKey: ['queries', 'exports'],
    queryFn: ({ signal }) => fetchQueries(signal),
    enabled: exports.length > 0,
    refetchInterval: ({ state }) =>
      isOver(exports, state.data, state.dataUpdatedAt) ? false : pollEvery,
  });
  return exports.map((one) => (
    <ExportBar
      key={one.id}
      begun={one}
      known={data?.find(({ id }) => id === one.id)}
      state={stateOf(one, data, dataUpdatedAt)}
    />
  ));
}

type ExportState = RunningQuery['state'] | 'unknown';

/** How far an export is by what the server has listed at a time, in ms. */
function stateOf(
  { id, at }: BegunExport,
  listed: readonly RunningQuery[] | undefined,
  listedAt: number,
): ExportState {
  const known = listed?.find((one) => one.id === id);
  return known?.state ?? (listedAt > at + knownWithin ? 'unknown' : 'running');
}

/** Every export has ended as far as is known. */
function isOver(
  exports: readonly BegunExport[],
  listed: readonly RunningQuery[] | undefined,
  listedAt: number,
): boolean {
  return exports.every((one) => stateOf(one, listed, listedAt) !== 'running');
}

interface ExportBarProps {
  begun: BegunExport;
  known: RunningQuery | undefined;
  state: ExportState;
}

function ExportBar({ begun, known, state }: ExportBarProps) {
  const { t } = useTranslation();
  const rows = known?.rows ?? 0;
  const expected = known?.expected_rows;
  const share = expected ? Math.min(1, rows / expected) : 0;
  return (
    <div className={css.bar} role="status">
      <b className={css.state}>{t(`logs.export.state.${state}`)}</b>
      <code className={css.query}>{begun.query}</code>
      {state !== 'unknown' && (
        <span>
          {expected
            ? t('logs.export.of', { count: expected, rows: count(rows), total: count(expected) })
            : t('logs.export.sofar', { count: rows, rows: count(rows) })}
        </span>
      )}
      {known && known.bytes_read > 0 && (
        <span className={css.read}>{t('logs.export.read', { size: bytes(known.bytes_read) })}</span>
      )}
      {state === 'running' && (
        <progress className={css.progress} value={expected ? share : undefined} max={1} />
      )}
      {known?.error && <span className={css.error}>{known.error.detail}</span>}
      {state === 'running' ? (
        <Button size="small" disabled={!known} onClick={() => void cancelQuery(begun.id)}>
          {t('logs.export.cancel')}
        </Button>
      ) : (
        <IconButton
          icon="close"
          iconSize={12}
          size="small"
          look="ghost"
          label={t('logs.export.dismiss')}
          onClick={() => dismissExport(begun.id)}
        />
      )}
    </div>
  );
}
