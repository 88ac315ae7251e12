import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Metric, metrics } from '../../../api/system';
import { useTime } from '../../../app/TimeProvider';
import { useHistory } from '../../../app/useHistory';
import { TimeLines } from '../../../chart/TimeLines';
import { clock } from '../../../time/clock';
import { zoneName } from '../../../time/zone';
import { bytes, decimal, shortCount } from '../../../ui/quantity';
import { useSystemSearch } from '../useSystemSearch';
import css from './Charts.module.css';
import { sharedCursor } from './sharedCursor';

const texts: Readonly<Record<Metric, (value: number) => string>> = {
  queue_lag: few,
  ingest: few,
  durable_p99: (ms) => `${decimal(ms)} ms`,
  cpu: (percent) => `${decimal(percent)}%`,
  memory: bytes,
  disk: bytes,
};
// Counts below ten have halves on the axis.
function few(n: number): string {
  return n < 10 ? decimal(n) : shortCount(n);
}

// The server keeps a day.
const most = 24 * 60;

/** One of the server's own figures over the time range's length, up to now. */
export function HistoryChart() {
  const { t } = useTranslation();
  const { window, zone } = useTime();
  const [{ metric = 'queue_lag' }, change] = useSystemSearch();
  const minutes = Math.min(most, Math.max(5, Math.round((window.end - window.start) / 60_000)));
  const { data } = useHistory(metric, minutes);
  const [hovered, setHovered] = useState(-1);
  const points = useMemo(() => data?.points ?? [], [data]);
  const times = useMemo(() => points.map(({ at }) => Date.parse(at)), [points]);
  const values = useMemo(() => points.map(({ value }) => value), [points]);
  const lines = useMemo(() => [{ colour: '--chart-1', values, filled: true }], [values]);
  const end = times.at(-1) ?? window.end;
  const at =
    hovered >= 0 && hovered < values.length ? hovered : values.findLastIndex((v) => v !== null);
  const value = values[at] ?? null;
  const shown = value === null ? '–' : texts[metric](value);
  const name = t(`system.metric.${metric}`);
  return (
    <section>
      <header className={css.head}>
        <select
          aria-label={t('system.charts.metric')}
          value={metric}
          onChange={({ target }) => {
            const chosen = metrics.find((one) => one === target.value);
            change({ metric: chosen === 'queue_lag' ? undefined : chosen }, true);
          }}
        >
          {metrics.map((one) => (
            <option key={one} value={one}>
              {t(`system.metric.${one}`)}
            </option>
          ))}
        </select>
        <small>{t(`system.metricUnit.${metric}`)}</small>
        <b>
          {hovered >= 0 && times[at] !== undefined && (
            <small>{clock(times[at], zone, 'second')} </small>
          )}
          {shown}
        </b>
      </header>
      <TimeLines
        label={`${name}: ${shown}`}
        times={times}
        lines={lines}
        start={end - minutes * 60_000}
        end={end}
        zone={zone}
        endLabel={`${clock(end, zone, 'minute')} ${zoneName(end, zone)}`}
        height={108}
        sync={sharedCursor}
        valueText={texts[metric]}
        onHover={setHovered}
      />
    </section>
  );
}
