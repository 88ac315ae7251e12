import { queryRows, type Row } from '../../../api/rows';
import { fetchHits } from '../../../api/select';
import { stepFor, type TimeWindow } from '../../../time/range';
import { exactTerm } from '../../logs/query/edit';

/** What the records with one value of a field take. */
export interface Volume {
  value: string;
  rows: number;
  /** Of their messages, as they came. */
  bytes: number;
}

/** Volumes by value, most bytes first, and the sums over all values. */
export interface Volumes {
  /** Whose values these are. */
  field: string;
  volumes: Volume[];
  rows: number;
  bytes: number;
}

/** So many values are listed; the rest is in the sums only. */
export const most = 50;
const sparkSteps = 40;
// Values with a trend: those with the most records, which are not all of those with the most bytes.
const trends = 200;

function quoted(field: string): string {
  return JSON.stringify(field);
}

/** Asks how much the values of a field take in a window. */
export async function fetchVolumes(
  field: string,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<Volumes> {
  const sums = 'count() as n, sum_len(_msg) as size';
  const [groups, [all]] = await Promise.all([
    rowsOf(
      `* | stats by (${quoted(field)}) ${sums} | sort by (size desc) | limit ${most}`,
      window,
      signal,
    ),
    rowsOf(`* | stats ${sums}`, window, signal),
  ]);
  return {
    field,
    volumes: groups.map((row) => ({ value: row[field] ?? '', ...numbers(row) })),
    ...numbers(all ?? {}),
  };
}

function numbers(row: Row): { rows: number; bytes: number } {
  return { rows: Number(row.n ?? 0), bytes: Number(row.size ?? 0) };
}

async function rowsOf(query: string, window: TimeWindow, signal: AbortSignal): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const piece of queryRows({ query, ...window, limit: most }, signal)) {
    if ('rows' in piece) rows.push(...piece.rows);
  }
  return rows;
}

/** Counts the records of each value over time, for sparklines. */
export async function fetchTrends(
  field: string,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<Map<string, number[]>> {
  const step = stepFor(window, sparkSteps);
  const groups = await fetchHits(
    { query: '*', ...window },
    { step, offset: 0, field, most: trends },
    signal,
  );
  const first = Math.floor(window.start / step);
  const steps = Math.floor((window.end - 1) / step) - first + 1;
  return new Map(
    groups.map(({ fields, timestamps, values }) => {
      const trend = new Array<number>(steps).fill(0);
      timestamps.forEach((at, i) => {
        const index = Math.floor(Date.parse(at) / step) - first;
        if (index >= 0 && index < steps) trend[index] = values[i] ?? 0;
      });
      return [fields[field] ?? '', trend];
    }),
  );
}

/** Returns the query that finds the records behind a volume. */
export function recordsWith(field: string, value: string): string {
  // The selector {} would take every stream.
  const selects = field === '_stream' && value !== '' && value !== '{}';
  return selects ? value : exactTerm(field, value);
}
