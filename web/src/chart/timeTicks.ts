import { clock, day } from '../time/clock';
import { fromLocal, offsetAt } from '../time/zone';

/** A mark of a time axis: a moment in ms and its text. */
export interface Tick {
  at: number;
  text: string;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const date = 24 * hour;
const distances = [
  10,
  100,
  second,
  2 * second,
  5 * second,
  10 * second,
  30 * second,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  3 * hour,
  6 * hour,
  12 * hour,
  date,
  2 * date,
  7 * date,
  14 * date,
  30 * date,
  90 * date,
];

/**
 * Marks a time axis at round times of the zone's wall clock, at most `most` of them. A mark at midnight, or a day or more from
 * the next, shows its date.
 */
export function timeTicks(start: number, end: number, zone: string, most: number): Tick[] {
  const least = (end - start) / Math.max(1, most);
  const distance =
    distances.find((d) => d >= least) ?? Math.ceil(least / (365 * date)) * 365 * date;
  const ticks: Tick[] = [];
  const localStart = start + offsetAt(start, zone);
  for (let local = Math.ceil(localStart / distance) * distance; ; local += distance) {
    const at = fromLocal(local, zone);
    if (at >= end) return ticks;
    if (at >= start) ticks.push({ at, text: tickText(at, zone, distance) });
  }
}

function tickText(at: number, zone: string, distance: number): string {
  const shortDay = day(at, zone).slice(5);
  if (distance >= date) return shortDay;
  const precision = distance >= minute ? 'minute' : distance >= second ? 'second' : 'milli';
  const time = clock(at, zone, precision);
  return time === '00:00' ? shortDay : time;
}
