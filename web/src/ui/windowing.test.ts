import { describe, expect, it } from 'vitest';
import { offsetOf, offsetsOf, scrollToShow, visibleRange } from './windowing';

describe('windowing', () => {
  it('draws what is in view and nothing else', () => {
    const view = { scrollTop: 220, height: 100 };
    expect(visibleRange(view, 1000, 22, null, 0)).toEqual({ first: 10, last: 15 });
    expect(visibleRange({ scrollTop: 0, height: 100 }, 2, 22, null, 5)).toEqual({
      first: 0,
      last: 2,
    });
    expect(visibleRange({ scrollTop: 9000, height: 100 }, 3, 22, null, 1)).toEqual({
      first: 2,
      last: 3,
    });
  });

  it('keeps drawing the opened row while only its details are in view', () => {
    const expanded = { index: 10, height: 500 };
    const { first, last } = visibleRange({ scrollTop: 400, height: 100 }, 100, 22, expanded, 0);
    expect(first).toBe(10);
    expect(last).toBe(11);
  });

  it('covers every pixel of the view, wherever the opened row is', () => {
    for (const index of [0, 3, 7, 19]) {
      const expanded = { index, height: 333 };
      const bottomOf = (row: number) =>
        offsetOf(row, 22, expanded) + 22 + (row === index ? expanded.height : 0);
      for (let scrollTop = 0; scrollTop < 600; scrollTop += 7) {
        const { first, last } = visibleRange({ scrollTop, height: 150 }, 20, 22, expanded, 0);
        expect(offsetOf(first, 22, expanded)).toBeLessThanOrEqual(scrollTop);
        if (last < 20) expect(bottomOf(last - 1)).toBeGreaterThanOrEqual(scrollTop + 150);
      }
    }
  });

  it('scrolls no further than needed', () => {
    const view = { scrollTop: 100, height: 100 };
    expect(scrollToShow(120, 142, view)).toBe(100);
    expect(scrollToShow(50, 72, view)).toBe(50);
    expect(scrollToShow(190, 212, view)).toBe(112);
    expect(scrollToShow(150, 600, view)).toBe(150);
  });
});

describe('a list of rows of different heights', () => {
  const offsets = offsetsOf([20, 40, 20, 60]);

  it('knows where rows begin and the list ends', () => {
    expect(offsets).toEqual([0, 20, 60, 80, 140]);
    expect(offsetOf(4, offsets, { index: 1, height: 100 })).toBe(240);
    expect(offsetOf(1, offsets, { index: 1, height: 100 })).toBe(20);
  });

  it('draws the rows in view, also around an expanded one', () => {
    expect(visibleRange({ scrollTop: 20, height: 40 }, 4, offsets, null, 0)).toEqual({
      first: 1,
      last: 3,
    });
    const expanded = { index: 1, height: 100 };
    expect(visibleRange({ scrollTop: 100, height: 50 }, 4, offsets, expanded, 0)).toEqual({
      first: 1,
      last: 2,
    });
    expect(visibleRange({ scrollTop: 170, height: 50 }, 4, offsets, expanded, 0)).toEqual({
      first: 2,
      last: 4,
    });
  });
});
