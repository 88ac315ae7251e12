import { stepFor, type TimeWindow } from '../../../time/range';

/** Widths of time buckets that the builder offers. */
export const timeSteps = ['1m', '5m', '15m', '1h', '1d'] as const;

const bars = 60;

/** Returns the bucket width that gives a window a readable number of buckets, as the language writes it. */
export function suggestedStep(window: TimeWindow): string {
  const rest = Math.max(1, Math.round(stepFor(window, bars) / 1000));
  for (const [size, unit] of [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'm'],
  ] as const) {
    if (rest % size === 0) return `${rest / size}${unit}`;
  }
  return `${rest}s`;
}
