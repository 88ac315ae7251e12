import type { TimeWindow } from './range';
import { offsetAt } from './zone';

/** Buckets of one width without gaps, their edges on round times of a zone's wall clock. */
export interface Grid {
  /** Starts of the buckets, ms since the epoch. */
  times: number[];
  /** Width of a bucket in ms. */
  step: number;
  /** How far the edges lie before multiples of the step in UTC, in ms: 9 h for days of Seoul, 0 for its minutes. */
  offset: number;
}

function positiveRest(value: number, step: number): number {
  return ((value % step) + step) % step;
}

/** Returns the buckets that cover a window; days begin at the zone's midnight, as it is at the end of the window. */
export function gridOf(window: TimeWindow, step: number, zone: string): Grid {
  const offset = positiveRest(offsetAt(window.end, zone), step);
  const first = floorTo(window.start, step, offset);
  const buckets = Math.max(1, Math.ceil((window.end - first) / step));
  return { times: Array.from({ length: buckets }, (_, i) => first + i * step), step, offset };
}

/** Returns the edge at or before a moment. */
export function floorTo(ms: number, step: number, offset: number): number {
  return ms - positiveRest(ms + offset, step);
}

/** Returns the offset of the same edges when they are `earlier` ms before. */
export function offsetBefore({ step, offset }: Grid, earlier: number): number {
  return positiveRest(offset + earlier, step);
}

/** Returns the bucket that holds a moment, -1 when none does. */
export function bucketAt({ times, step }: Grid, ms: number): number {
  const bucket = Math.floor((ms - (times[0] ?? 0)) / step);
  return bucket >= 0 && bucket < times.length ? bucket : -1;
}
