import type { SystemHistory } from '../../../api/system';
import type { TimeWindow } from '../../../time/range';

/** The server keeps a day. */
export const mostMinutes = 24 * 60;
// A server that has just begun is shown with so much of the time before.
const leastShown = 5 * 60_000;
// A forecast takes at most so much of the width beside the past.
const mostAhead = 1 / 4;

type Moment = number | undefined;

/** One figure over time; ms since the epoch. */
export interface Points {
  times: readonly number[];
  values: readonly (number | null)[];
}

/** When nothing will wait any more, as far as it can be drawn. */
export interface Level {
  /** ms since the epoch. */
  at: number;
  /** How far behind the forecast begins, in s. */
  from: number;
}

/** Takes the answer of the history apart. */
export function pointsOf(history: SystemHistory | undefined): Points {
  const points = history?.points ?? [];
  return {
    times: points.map(({ at }) => Date.parse(at)),
    values: points.map(({ value }) => value),
  };
}

/** Continues the time behind to zero; null when nothing is to be caught up, or nobody knows when that will be. */
export function expectedLevel({ times, values }: Points, inMillis: number | null): Level | null {
  const last = times.at(-1);
  const from = values.at(-1);
  if (inMillis === null || last === undefined || from === null || from === undefined) return null;
  return { at: last + inMillis, from };
}

/** Returns the moment of a figure's first value, in ms since the epoch; undefined when it has none. */
export function firstMeasured({ times, values }: Points): number | undefined {
  return times[values.findIndex((value) => value !== null)];
}

/**
 * Returns what the charts show: the chosen window where it is fixed. One that moves ends with the newest point and has room for what
 * is expected; while the server has measured for a part of it only, that part fills the width. Moments are in ms since the epoch.
 */
export function spanOf(
  window: TimeWindow,
  moves: boolean,
  { first, newest, expected }: { first?: Moment; newest: Moment; expected?: Moment },
): TimeWindow {
  if (!moves) return window;
  const now = newest ?? window.end;
  const most = window.end - window.start;
  const length = Math.min(most, Math.max(leastShown, now - (first ?? now - most)));
  const ahead = Math.min((expected ?? now) - now, length * mostAhead);
  return { start: now - length, end: now + Math.max(0, ahead) };
}

/** Returns the index of the newest value, or that of a moment which is pointed at; -1 when there is none. */
export function shownIndex({ values }: Points, hovered: number): number {
  return hovered >= 0 && hovered < values.length
    ? hovered
    : values.findLastIndex((value) => value !== null);
}
