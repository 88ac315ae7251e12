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

// In px: what the end label takes, and the distance of marks.
const endLabelWidth = 90;
const markDistance = 110;

/**
 * Marks the time axis of a chart that is `width` px wide. Its end belongs to the end label: no mark stands there, and none before
 * it says the same minute or day once more.
 */
export function axisTicks(
  { start, end, zone, endLabel }: { start: number; end: number; zone: string; endLabel: string },
  width: number,
): Tick[] {
  const room = ((end - start) * endLabelWidth) / Math.max(1, width);
  const most = Math.max(2, Math.floor(width / markDistance));
  const ticks = timeTicks(start, end, zone, most).filter(({ at }) => at < end - room);
  const last = ticks.at(-1);
  return last && endLabel.startsWith(last.text) ? ticks.slice(0, -1) : ticks;
}

function tickText(at: number, zone: string, distance: number): string {
  const shortDay = day(at, zone).slice(5);
  if (distance >= date) return shortDay;
  const precision = distance >= minute ? 'minute' : distance >= second ? 'second' : 'milli';
  const time = clock(at, zone, precision);
  return time === '00:00' ? shortDay : time;
}
