import { describe, expect, it } from 'vitest';
import { expectedLevel, firstMeasured, shownIndex, spanOf } from './history';

const hour = 3_600_000;
const points = { times: [1000, 2000, 3000], values: [0, 40, 25.1] };

describe('the expected end of a backlog', () => {
  it('begins where the measured values end', () => {
    expect(expectedLevel(points, 94_000)).toEqual({ at: 97_000, from: 25.1 });
  });

  it('is not drawn when nobody knows it', () => {
    expect(expectedLevel(points, null)).toBeNull();
    expect(expectedLevel({ times: [1000], values: [null] }, 94_000)).toBeNull();
    expect(expectedLevel({ times: [], values: [] }, 94_000)).toBeNull();
  });
});

describe('what the charts show', () => {
  const window = { start: 10 * hour, end: 11 * hour };

  it('follows the newest point and leaves room for what is expected', () => {
    const span = spanOf(window, true, {
      newest: 11 * hour + 5000,
      expected: 11 * hour + 65_000,
    });
    expect(span).toEqual({ start: 10 * hour + 5000, end: 11 * hour + 65_000 });
  });

  it('gives a far forecast a quarter of the width', () => {
    expect(spanOf(window, true, { newest: 11 * hour, expected: 30 * hour }).end).toBe(11.25 * hour);
  });

  it('fills the width with what was measured since the server began', () => {
    const minute = hour / 60;
    const since = (first: number) => spanOf(window, true, { first, newest: 11 * hour }).start;
    expect(since(10.5 * hour)).toBe(10.5 * hour);
    expect(since(11 * hour - minute)).toBe(11 * hour - 5 * minute);
    expect(since(3 * hour)).toBe(10 * hour);
    expect(firstMeasured({ times: [1, 2, 3], values: [null, 0, 4] })).toBe(2);
    expect(firstMeasured({ times: [1], values: [null] })).toBeUndefined();
  });

  it('stays where it is when the range was fixed', () => {
    expect(
      spanOf(window, false, { first: 19 * hour, newest: 20 * hour, expected: 30 * hour }),
    ).toEqual(window);
  });
});

it('shows the newest value unless the pointer is at another', () => {
  const gap = { times: [1, 2, 3], values: [5, 6, null] };
  expect(shownIndex(gap, -1)).toBe(1);
  expect(shownIndex(gap, 0)).toBe(0);
  expect(shownIndex(gap, 9)).toBe(1);
  expect(shownIndex({ times: [], values: [] }, -1)).toBe(-1);
});
