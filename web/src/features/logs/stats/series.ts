import type { Row } from '../../../api/rows';
import { isAdditive, type QueryShape } from './shape';
import { columnsOf, numberOf, type StatsColumn, type StatsTable, stepOf } from './table';

/** A line or layer of a chart, or a bar's group. `values` are null where the answer has none. */
export interface Series {
  /** Values of the labels, and the column's name where there are several columns. */
  name: string;
  values: (number | null)[];
  /** The sum of the values, or their largest where a sum means nothing. */
  weight: number;
  /** All groups that have no place of their own. */
  other?: true;
}

/** What a chart of an answer draws. */
export interface ChartData {
  /** Starts of the buckets in ms; empty for bars by label. */
  times: number[];
  step: number;
  series: Series[];
  /** Groups left out because their values cannot be added up. */
  leftOut: number;
}

/** Series that a chart tells apart; more become these less one, and other. */
export const mostSeries = 8;
const mostBuckets = 2000;

function labelOf(row: Row, labels: readonly StatsColumn[]): string {
  return labels.map(({ name }) => row[name] || '–').join(' · ');
}

/** Lays an answer by time buckets on lines, one for each group and value column. A bucket without a row stays a gap. */
export function timeSeries(table: StatsTable, shape: QueryShape): ChartData {
  const step = stepOf(table, shape);
  const labels = columnsOf(table, 'label');
  const values = columnsOf(table, 'value');
  const moments = table.rows.map((row) => Date.parse(row._time ?? ''));
  const first = moments.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
  const last = moments.reduce((most, at) => Math.max(most, at), first);
  const buckets = Math.min(mostBuckets, Math.floor((last - first) / step) + 1);
  const times = Array.from({ length: buckets }, (_, i) => first + i * step);
  const series = new Map<string, Series>();
  table.rows.forEach((row, i) => {
    const bucket = Math.round(((moments[i] ?? 0) - first) / step);
    for (const { name: column } of values) {
      const group = labelOf(row, labels);
      const name =
        values.length > 1 ? [group, column].filter(Boolean).join(' · ') : group || column;
      let one = series.get(name);
      if (!one) {
        one = { name, values: new Array<number | null>(buckets).fill(null), weight: 0 };
        series.set(name, one);
      }
      const value = numberOf(row, column);
      if (bucket < buckets && Number.isFinite(value)) one.values[bucket] = value;
    }
  });
  const additive = values.every(({ name }) => isAdditive(shape, name));
  return { times, step, ...withOther([...series.values()], additive) };
}

/** Lays an answer by label on bars of its first value column, the longest first. */
export function barSeries(table: StatsTable, shape: QueryShape, most: number): ChartData {
  const labels = columnsOf(table, 'label');
  const column = columnsOf(table, 'value')[0]?.name ?? '';
  const bars = table.rows.flatMap((row): Series[] => {
    const value = numberOf(row, column);
    return Number.isFinite(value)
      ? [{ name: labelOf(row, labels), values: [value], weight: value }]
      : [];
  });
  const sorted = bars.sort((a, b) => b.weight - a.weight);
  const { series, leftOut } = fold(sorted, isAdditive(shape, column), most);
  return { times: [], step: 0, series, leftOut };
}

function withOther(all: Series[], additive: boolean) {
  for (const one of all) {
    const numbers = one.values.filter((value) => value !== null);
    one.weight = additive
      ? numbers.reduce((a, b) => a + b, 0)
      : numbers.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  }
  all.sort((a, b) => b.weight - a.weight);
  return fold(all, additive, mostSeries);
}

/** Keeps the first series and joins the others into one, or leaves them out where they cannot be added up. */
function fold(sorted: readonly Series[], additive: boolean, most: number) {
  if (sorted.length <= most) return { series: [...sorted], leftOut: 0 };
  const kept = sorted.slice(0, additive ? most - 1 : most);
  const rest = sorted.slice(kept.length);
  if (!additive) return { series: kept, leftOut: rest.length };
  const values = (rest[0]?.values ?? []).map((_, i) => {
    const there = rest.flatMap(({ values: all }) => all[i] ?? []);
    return there.length > 0 ? there.reduce((a, b) => a + b, 0) : null;
  });
  const weight = rest.reduce((sum, one) => sum + one.weight, 0);
  const other: Series = { name: '', values, weight, other: true };
  return { series: [...kept, other], leftOut: 0 };
}

/** Token of the colour of series i; the other groups share the last one. */
export function seriesColour({ other }: Series, i: number): string {
  return other ? '--chart-8' : `--chart-${(i % mostSeries) + 1}`;
}
