/** A time range as the URL holds it: each end is `now`, `now-1h`, or RFC 3339. */
export interface TimeRange {
  from: string;
  to: string;
}

/** A time range fixed to moments, in ms since the epoch; the end is exclusive. */
export interface TimeWindow {
  start: number;
  end: number;
}

export const defaultRange: TimeRange = { from: 'now-1h', to: 'now' };

/** Lengths that the menu offers, as they stand behind `now-`. */
export const presetLengths = [
  '5m',
  '15m',
  '1h',
  '3h',
  '6h',
  '12h',
  '24h',
  '2d',
  '7d',
  '30d',
] as const;

const unitMillis: Record<string, number> = {
  s: 1000,
  m: 60_000,
  h: 3600_000,
  d: 24 * 3600_000,
  w: 7 * 24 * 3600_000,
};
const relative = /^now(?:-(\d{1,6})([smhdw]))?$/;
const absolute = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** Returns a length such as 15m in ms, NaN when it is none. */
export function lengthMillis(length: string): number {
  const found = /^(\d{1,6})([smhdw])$/.exec(length);
  return found ? Number(found[1]) * (unitMillis[found[2] ?? ''] ?? Number.NaN) : Number.NaN;
}

function resolveEnd(text: string, now: number): number {
  const found = relative.exec(text);
  if (found) return now - (found[1] ? lengthMillis(found[1] + found[2]) : 0);
  return absolute.test(text) ? Date.parse(text) : Number.NaN;
}

/** Fixes a range to moments; null when an end cannot be read or the range is empty. */
export function resolveRange(range: TimeRange, now: number): TimeWindow | null {
  const start = resolveEnd(range.from, now);
  const end = resolveEnd(range.to, now);
  return Number.isFinite(start) && Number.isFinite(end) && start < end ? { start, end } : null;
}

/** Reports whether the range moves with the clock. */
export function isRelative(range: TimeRange): boolean {
  return relative.test(range.from) && range.to === 'now';
}

/** Returns the length of a range that ends now (`1h` of now-1h), or null. */
export function relativeLength(range: TimeRange): string | null {
  const found = relative.exec(range.from);
  return range.to === 'now' && found?.[1] ? found[1] + found[2] : null;
}

/** Returns the range that shows exactly a window. */
export function fixedRange(window: TimeWindow): TimeRange {
  return { from: instant(window.start), to: instant(window.end) };
}

/** Writes a moment as RFC 3339 in UTC, without a zero fraction. */
export function instant(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** Moves a window by half its length, earlier (-1) or later (1). */
export function shiftWindow(window: TimeWindow, direction: -1 | 1): TimeWindow {
  const half = Math.round((window.end - window.start) / 2);
  return { start: window.start + direction * half, end: window.end + direction * half };
}

const steps = [
  1000,
  2000,
  5000,
  10_000,
  15_000,
  30_000,
  60_000,
  2 * 60_000,
  5 * 60_000,
  10 * 60_000,
  15 * 60_000,
  30 * 60_000,
  3600_000,
  2 * 3600_000,
  3 * 3600_000,
  6 * 3600_000,
  12 * 3600_000,
  24 * 3600_000,
  7 * 24 * 3600_000,
];

/** Returns the bucket width in ms with which a window has at most `buckets` buckets. */
export function stepFor(window: TimeWindow, buckets: number): number {
  const least = (window.end - window.start) / buckets;
  if (least <= 500) return Math.max(10, 10 ** Math.ceil(Math.log10(least)));
  return steps.find((step) => step >= least) ?? Math.ceil(least / 86_400_000) * 86_400_000;
}
