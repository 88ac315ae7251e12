import type { HitsGroup } from '../../api/select';
import { bucketAt, type Grid } from '../../time/grid';
import { isSeverity, type Severity, severities } from './severity';

/** The field that the histogram is stacked by when the URL names none. */
export const defaultBy = '_severity';
/** Values that get a layer of their own; the others are one. */
export const mostLayers = 7;

/** Counts of the records that have one value of the field. */
export interface HistogramLayer {
  /** Empty for records that lack the field, null for all values that have no layer of their own. */
  value: string | null;
  /** Token of the layer's colour. */
  colour: string;
  values: number[];
  total: number;
}

/** Counts over time by the values of a field. */
export interface Histogram extends Grid {
  by: string;
  /** From the bottom to the top. Severities by weight; other values by name, so that none moves while counts grow. */
  layers: HistogramLayer[];
  total: number;
}

const bottomUp: (Severity | '')[] = ['', ...[...severities].reverse()];

/** Lays the groups of a hits answer on a grid. Values of `_severity` that are no severity count as none. */
export function toHistogram(groups: readonly HitsGroup[], grid: Grid, by: string): Histogram {
  const counts = new Map<string | null, number[]>();
  for (const group of groups) {
    // The server joins what is beyond its limit into a group without fields.
    const stated = group.fields[by] ?? null;
    const value = by !== defaultBy ? stated : isSeverity(stated ?? '') ? stated : '';
    const values = counts.get(value) ?? new Array<number>(grid.times.length).fill(0);
    counts.set(value, values);
    addTo(values, group, grid, 0);
  }
  const layers = (by === defaultBy ? bottomUp : byName([...counts.keys()])).flatMap((value, i) => {
    const values = counts.get(value);
    const colour = by === defaultBy ? `--bar-${value || 'trace'}` : colourOf(value, i);
    return values ? [{ value, colour, values, total: sum(values) }] : [];
  });
  return { ...grid, by, layers, total: sum(layers.map(({ total }) => total)) };
}

/** Lays counts of an earlier window on the grid of the present one. */
export function toPast(groups: readonly HitsGroup[], grid: Grid, earlier: number): number[] {
  const values = new Array<number>(grid.times.length).fill(0);
  for (const group of groups) addTo(values, group, grid, earlier);
  return values;
}

/** Returns by how much a total differs from an earlier one, as +12% or −40%; null when there is nothing to compare with. */
export function differenceText(total: number, earlier: number): string | null {
  if (earlier === 0) return null;
  const percent = Math.round((total / earlier - 1) * 100);
  return `${percent > 0 ? '+' : percent < 0 ? '−' : '±'}${Math.abs(percent)}%`;
}

function addTo(values: number[], group: HitsGroup, grid: Grid, earlier: number): void {
  group.timestamps.forEach((timestamp, i) => {
    const bucket = bucketAt(grid, Date.parse(timestamp) + earlier);
    if (bucket >= 0) values[bucket] = (values[bucket] ?? 0) + (group.values[i] ?? 0);
  });
}

/** Values by name, records without the field and the joined rest on top of them. */
function byName(values: (string | null)[]): (string | null)[] {
  const rank = (value: string | null) => (value === null ? 2 : value === '' ? 1 : 0);
  return values.sort(
    (a, b) => rank(a) - rank(b) || (a ?? '').localeCompare(b ?? '', undefined, { numeric: true }),
  );
}

function colourOf(value: string | null, i: number): string {
  if (value === null) return '--chart-8';
  return value === '' ? '--bar-trace' : `--chart-${(i % mostLayers) + 1}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
