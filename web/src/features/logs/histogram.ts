import type { HitsGroup } from '../../api/select';
import type { TimeWindow } from '../../time/range';
import { isSeverity, type Severity, severities } from './severity';

/** Counts over time by severity; `none` are records that state none. */
export interface Histogram {
  /** Starts of the buckets, ms since the epoch. */
  times: number[];
  step: number;
  /** From the lowest severity to the highest, those that occur. */
  layers: { severity: Severity | 'none'; values: number[]; total: number }[];
  total: number;
}

const bottomUp: (Severity | 'none')[] = ['none', ...[...severities].reverse()];

/** Lays the groups of a hits answer on a grid of buckets without gaps. */
export function toHistogram(
  groups: readonly HitsGroup[],
  window: TimeWindow,
  step: number,
): Histogram {
  const first = Math.floor(window.start / step) * step;
  const buckets = Math.max(1, Math.ceil((window.end - first) / step));
  const times = Array.from({ length: buckets }, (_, i) => first + i * step);
  const counts = new Map<Severity | 'none', number[]>();
  for (const group of groups) {
    const value = group.fields._severity;
    const severity = isSeverity(value) ? value : 'none';
    const values = counts.get(severity) ?? new Array<number>(buckets).fill(0);
    counts.set(severity, values);
    group.timestamps.forEach((timestamp, i) => {
      const bucket = Math.floor((Date.parse(timestamp) - first) / step);
      if (bucket >= 0 && bucket < buckets) {
        values[bucket] = (values[bucket] ?? 0) + (group.values[i] ?? 0);
      }
    });
  }
  const layers = bottomUp.flatMap((severity) => {
    const values = counts.get(severity);
    return values ? [{ severity, values, total: values.reduce((a, b) => a + b, 0) }] : [];
  });
  return { times, step, layers, total: layers.reduce((sum, { total }) => sum + total, 0) };
}
