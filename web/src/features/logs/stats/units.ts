import { bytes, count } from '../../../ui/quantity';
import type { QueryShape } from './shape';

/** What the numbers of a column count. Durations are in the unit that they are named by. */
export const units = ['none', 'count', 'bytes', 'percent', 's', 'ms', 'us', 'ns'] as const;
export type Unit = (typeof units)[number];

const millis: Partial<Record<Unit, number>> = { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 };
const decimal = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });

/** Words a duration of a second or more, in ms. */
export type DurationText = (ms: number) => string;

/** Writes a number in its unit, short enough for a cell: 1,204 or 4.1 MB or 285 ms. */
export function formatUnit(value: number, unit: Unit, durationText: DurationText): string {
  if (!Number.isFinite(value)) return '–';
  const factor = millis[unit];
  if (factor !== undefined) return duration(value * factor, durationText);
  if (unit === 'bytes') return value < 0 ? `−${bytes(-value)}` : bytes(value);
  const number = Number.isInteger(value) ? count(value) : decimal.format(value);
  return unit === 'percent' ? `${number}%` : number;
}

function duration(ms: number, durationText: DurationText): string {
  if (ms === 0) return '0 ms';
  if (ms < 0) return `−${duration(-ms, durationText)}`;
  if (ms < 1e-3) return `${decimal.format(ms * 1e6)} ns`;
  if (ms < 1) return `${decimal.format(ms * 1e3)} µs`;
  if (ms < 1000) return `${decimal.format(ms)} ms`;
  return durationText(ms);
}

const named: readonly [RegExp, Unit][] = [
  [/percent|pct|%/i, 'percent'],
  [/bytes|size|octets|length|sum_len/i, 'bytes'],
  [/(?:_|\b)(?:ns|nanos(?:econds)?)\b/i, 'ns'],
  [/(?:_|\b)(?:us|micros(?:econds)?)\b/i, 'us'],
  [/(?:_|\b)(?:ms|millis(?:econds)?)\b/i, 'ms'],
  [/(?:_|\b)(?:s|sec|secs|seconds)\b/i, 's'],
];

/** Returns the unit that a name speaks of, if it does. */
export function unitOfName(name: string): Unit | undefined {
  return named.find(([pattern]) => pattern.test(name))?.[1];
}

const durations = /took|latency|duration|elapsed/i;

/**
 * Guesses what a column counts by its function and names. The language gives durations such as 30ms in nanoseconds, so a large
 * number of a column named as a duration is taken for these.
 */
export function guessUnit(column: string, shape: QueryShape, max: number): Unit {
  const made = shape.functions.get(column) ?? column.split('(')[0] ?? '';
  if (/^count|^hits$|^rank$/.test(made)) return 'count';
  const source = [...shape.functions].find(([name, fn]) => fn === made && name.includes('('))?.[0];
  const names = `${column} ${source ?? ''}`.replace(/[()]/g, ' ');
  const unit = unitOfName(names);
  if (unit) return unit;
  return durations.test(names) && max >= 10_000 ? 'ns' : 'none';
}

/** Reads `column:unit,...` of the URL. */
export function readUnits(text: string | undefined): ReadonlyMap<string, Unit> {
  const chosen = new Map<string, Unit>();
  for (const pair of (text ?? '').split(',')) {
    const colon = pair.lastIndexOf(':');
    const unit = units.find((one) => one === pair.slice(colon + 1));
    if (colon > 0 && unit) chosen.set(decodeURIComponent(pair.slice(0, colon)), unit);
  }
  return chosen;
}

/** Writes what readUnits reads. */
export function writeUnits(chosen: ReadonlyMap<string, Unit>): string | undefined {
  const pairs = [...chosen].map(([column, unit]) => `${encodeURIComponent(column)}:${unit}`);
  return pairs.join(',') || undefined;
}
