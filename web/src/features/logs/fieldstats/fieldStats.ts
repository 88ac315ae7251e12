import { fetchFieldValues, fetchTable, type Selection, type ValueHits } from '../../../api/select';
import { quoteName } from '../query/quote';
import { type Unit, unitOfName } from '../stats/units';

/** Different values are counted up to here. */
export const mostDistinct = 100_000;
export const shownValues = 10;

/** What the values of a field are. */
export type FieldType = 'number' | 'duration' | 'address' | 'boolean' | 'time' | 'text';

/** Figures about one field of the selected records. */
export interface FieldOverview {
  /** Selected records, and those that have the field. */
  total: number;
  present: number;
  /** Different values; `mostDistinct` means that many or more. */
  distinct: number;
  /** The least and largest value as they are written. */
  lowest: string;
  highest: string;
  /** NaN when no value is a number. Durations count in nanoseconds. */
  mean: number;
}

/** A quantile and its value. */
export interface Quantile {
  percent: number;
  value: number;
}

/** Returns the filter that selects the records that have the field, too. */
export function having({ query, ...window }: Selection, field: string): Selection {
  const term = `${quoteName(field)}:*`;
  return { query: query === '*' ? term : `(${query}) ${term}`, ...window };
}

/** Writes a share of all in percent, small ones with a decimal. */
export function percentText(part: number, all: number): string {
  const percent = all > 0 ? Math.min(100, (part / all) * 100) : 0;
  return `${percent > 0 && percent < 10 ? percent.toFixed(1) : Math.round(percent)}%`;
}

/** Asks for the figures of a field. */
export async function fetchOverview(
  selection: Selection,
  field: string,
  signal: AbortSignal,
): Promise<FieldOverview> {
  const name = quoteName(field);
  const query = `${selection.query} | stats count() as total, count(${name}) as present, count_uniq_hash(${name}) limit ${mostDistinct} as distinct, min(${name}) as lowest, max(${name}) as highest, avg(${name}) as mean`;
  const [row] = await fetchTable({ ...selection, query }, 1, signal);
  const number = (column: string) => Number(row?.[column] || Number.NaN);
  return {
    total: number('total') || 0,
    present: number('present') || 0,
    distinct: number('distinct') || 0,
    lowest: row?.lowest ?? '',
    highest: row?.highest ?? '',
    mean: number('mean'),
  };
}

const percents = [50, 90, 95, 99];

/** Asks for the quantiles of a field of numbers. */
export async function fetchQuantiles(
  selection: Selection,
  field: string,
  signal: AbortSignal,
): Promise<Quantile[]> {
  const name = quoteName(field);
  const asked = percents.map((p) => `quantile(${p / 100}, ${name}) as p${p}`).join(', ');
  const query = `${having(selection, field).query} | stats ${asked}`;
  const [row] = await fetchTable({ ...selection, query }, 1, signal);
  return percents.flatMap((percent) => {
    const value = Number(row?.[`p${percent}`] || Number.NaN);
    return Number.isFinite(value) ? [{ percent, value }] : [];
  });
}

/** Asks for the most frequent values of a field. */
export function fetchTop(
  selection: Selection,
  field: string,
  signal: AbortSignal,
): Promise<ValueHits[]> {
  return fetchFieldValues(selection, field, shownValues, signal);
}

const patterns: readonly [FieldType, RegExp][] = [
  ['number', /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i],
  ['duration', /^-?(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d|w))+$/],
  ['address', /^(?:\d{1,3}\.){3}\d{1,3}$|^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*$/i],
  ['boolean', /^(?:true|false)$/i],
  ['time', /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/],
];

/** Finds out the type of a field by values that it has. */
export function typeOf(values: readonly string[]): FieldType {
  const found = patterns.find(([, pattern]) => values.every((value) => pattern.test(value)));
  return values.length > 0 && found ? found[0] : 'text';
}

/** Returns what the numbers of a field count; null when its values are not for counting. */
export function unitOf(field: string, type: FieldType): Unit | null {
  // The language gives durations in nanoseconds.
  if (type === 'duration') return 'ns';
  return type === 'number' ? (unitOfName(field) ?? 'none') : null;
}

/** Returns the pipes that count the records of each value, most first. */
export function groupPipes(field: string): string {
  return `| stats by (${quoteName(field)}) count() as n | sort by (n desc) | limit 100`;
}
