import { clock, day, parseWallClock } from './clock';
import { fixedRange, instant, resolveRange, type TimeRange, type TimeWindow } from './range';
import { fromLocal, offsetAt } from './zone';

const dayMillis = 86_400_000;

/**
 * Reads one end of a range as a person types it: `now`, `now-90m`, `-90m`, a wall clock (2026-11-20 03:12:40; the day alone; 03:12
 * of today), or RFC 3339. Returns it as a range holds it, null when it is no time.
 */
export function readEnd(text: string, zone: string, now: number): string | null {
  const typed = text.trim();
  const ago = /^(?:now)?\s*-\s*(\d{1,6})\s*([smhdw])$/i.exec(typed);
  if (ago) return `now-${ago[1]}${ago[2]?.toLowerCase()}`;
  if (/^now$/i.test(typed)) return 'now';
  const ms = parseWallClock(
    /^\d{1,2}:\d{2}/.test(typed) ? `${day(now, zone)} ${typed}` : typed,
    zone,
  );
  if (ms !== null) return instant(ms);
  return resolveRange({ from: typed, to: '9999-01-01T00:00:00Z' }, now) ? typed : null;
}

/** Writes one end of a range as readEnd reads it: what is relative stays so. */
export function writeEnd(text: string, ms: number, zone: string): string {
  if (text.startsWith('now')) return text;
  const milli = clock(ms, zone, 'milli');
  return `${day(ms, zone)} ${milli.replace(/\.000$/, '')}`;
}

/** Moves a moment by whole days on the zone's wall clock, across changes of its offset. */
function shiftMoment(ms: number, days: number, zone: string): number {
  return fromLocal(ms + offsetAt(ms, zone) + days * dayMillis, zone);
}

/** Returns the range of the same times of day, so many days away. */
export function shiftDays({ start, end }: TimeWindow, days: number, zone: string): TimeRange {
  return fixedRange({
    start: shiftMoment(start, days, zone),
    end: shiftMoment(end, days, zone),
  });
}

/** Returns the range of the whole wall-clock minute that shows now, so many days away. */
export function thisMinute(now: number, days: number, zone: string): TimeRange {
  const start = Math.floor(now / 60_000) * 60_000;
  return shiftDays({ start, end: start + 60_000 }, days, zone);
}

/** Returns the range of whole days of the zone's calendar, both given as 2026-11-20 and included. */
export function daysRange(first: string, last: string, zone: string): TimeRange {
  const [from = first, to = last] = [first, last].sort();
  const midnight = (date: string, days: number) =>
    fromLocal(Date.parse(`${date}T00:00:00Z`) + days * dayMillis, zone);
  return fixedRange({ start: midnight(from, 0), end: midnight(to, 1) });
}
