import { fromLocal, offsetAt } from './zone';

/** How much of a clock time is shown: 02:12, 02:12:40, 02:12:40.118. */
export type Precision = 'minute' | 'second' | 'milli';

const lengths: Record<Precision, number> = { minute: 5, second: 8, milli: 12 };

function localISO(ms: number, zone: string): string {
  return new Date(ms + offsetAt(ms, zone)).toISOString();
}

/** Formats the time of day on the zone's wall clock. */
export function clock(ms: number, zone: string, precision: Precision): string {
  return localISO(ms, zone).slice(11, 11 + lengths[precision]);
}

/** Formats the date on the zone's wall clock as 2026-11-20. */
export function day(ms: number, zone: string): string {
  return localISO(ms, zone).slice(0, 10);
}

/** Formats date and time of day on the zone's wall clock as 2026-11-20 03:12:40. */
export function dayClock(ms: number, zone: string, precision: Precision): string {
  return `${day(ms, zone)} ${clock(ms, zone, precision)}`;
}

/** Formats a start and an end, with dates only where the two are not on the same day or that day is not today's. */
export function span(start: number, end: number, zone: string, now: number): string {
  const precision = end - start >= 24 * 3600_000 ? 'minute' : 'second';
  const sameDay = day(start, zone) === day(end, zone);
  if (sameDay && day(end, zone) === day(now, zone)) {
    return `${clock(start, zone, precision)} – ${clock(end, zone, precision)}`;
  }
  const until = sameDay ? clock(end, zone, precision) : dayClock(end, zone, precision);
  return `${dayClock(start, zone, precision)} – ${until}`;
}

const wallClock =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?)?$/;

/** Reads what dayClock writes (time of day and seconds may be missing) in the zone; null when it is no time. */
export function parseWallClock(text: string, zone: string): number | null {
  const found = wallClock.exec(text.trim());
  if (!found) return null;
  const [year, month, date, hour, minute, second] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const milli = Number((found[7] ?? '').padEnd(3, '0'));
  const local = Date.UTC(
    year ?? 0,
    (month ?? 1) - 1,
    date ?? 1,
    hour ?? 0,
    minute ?? 0,
    second ?? 0,
    milli,
  );
  // Date.UTC carries 30 February over to March; such a day is a slip of the pen.
  const carried = new Date(local);
  if (carried.getUTCMonth() + 1 !== month || carried.getUTCDate() !== date) return null;
  if ((hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 59) return null;
  return fromLocal(local, zone);
}
