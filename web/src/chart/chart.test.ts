import { describe, expect, it } from 'vitest';
import { moveCursor, noCursor, selectedBars } from './barCursor';
import { heldMax, layerAt, niceMax, stack } from './scale';
import { axisTicks, timeTicks } from './timeTicks';

const start = Date.UTC(2026, 10, 19, 17, 12, 40); // 02:12:40 in Seoul

describe('time axis', () => {
  it('marks round times of the zone, not of UTC', () => {
    const ticks = timeTicks(start, start + 3_600_000, 'Asia/Seoul', 6);
    expect(ticks.map(({ text }) => text)).toEqual([
      '02:20',
      '02:30',
      '02:40',
      '02:50',
      '03:00',
      '03:10',
    ]);
    const days = timeTicks(start, start + 4 * 86_400_000, 'Asia/Seoul', 5);
    expect(days.map(({ text }) => text)).toEqual(['11-21', '11-22', '11-23', '11-24']);
    expect(new Date(days[0]?.at ?? 0).toISOString()).toBe('2026-11-20T15:00:00.000Z');
  });

  it('shows the date where the day changes', () => {
    const ticks = timeTicks(start - 6 * 3_600_000, start, 'Asia/Seoul', 6);
    expect(ticks.map(({ text }) => text)).toContain('11-20');
  });

  it('keeps midnight across a change of daylight saving time', () => {
    const change = Date.UTC(2026, 2, 27);
    const ticks = timeTicks(change, change + 5 * 86_400_000, 'Europe/Berlin', 6);
    expect(ticks.map(({ at }) => new Date(at).getUTCHours())).toEqual([23, 23, 22, 22, 22]);
  });

  it('leaves its end to the end label, and says no minute twice', () => {
    const texts = (length: number, endLabel: string, width: number) =>
      axisTicks({ start, end: start + length, zone: 'Asia/Seoul', endLabel }, width).map(
        ({ text }) => text,
      );
    expect(texts(300_000, '02:17 KST', 1000)).toEqual(['02:13', '02:14', '02:15', '02:16']);
    expect(texts(320_000, '02:18 KST', 1000)).toEqual([
      '02:13',
      '02:14',
      '02:15',
      '02:16',
      '02:17',
    ]);
    expect(texts(4 * 86_400_000, '11-24', 480)).toEqual(['11-21', '11-22', '11-23']);
  });

  it('never gives more marks than there is room for', () => {
    for (const length of [30, 999, 61_000, 86_400_000, 3e9, 4e10]) {
      for (const most of [2, 4, 9]) {
        expect(timeTicks(start, start + length, 'UTC', most).length).toBeLessThanOrEqual(most + 1);
      }
    }
  });
});

describe('value axis', () => {
  it('holds the largest value and has whole marks', () => {
    for (const max of [0, 1, 3, 7, 9, 11, 99, 101, 948, 1_000, 12_345]) {
      const end = niceMax(max);
      expect(end).toBeGreaterThanOrEqual(max);
      expect(Number.isInteger(end / 2)).toBe(true);
      expect(end).toBeLessThanOrEqual(Math.max(2, 2 * max));
    }
  });

  it('stacks', () => {
    expect(
      stack([
        [1, 2],
        [0, 3],
        [4, 0],
      ]),
    ).toEqual([
      [1, 2],
      [1, 5],
      [5, 5],
    ]);
  });
});

describe('bars', () => {
  it('never makes an axis shorter while values flow in', () => {
    let held = 0;
    const ends = [90, 130, 40, 700].map((max) => {
      held = heldMax(held, max);
      return held;
    });
    expect(ends).toEqual([100, 160, 160, 800]);
  });

  it('finds the layer at a height of a bar, never one without a value', () => {
    const layer = (...values: number[]) => ({ name: '', colour: '', values });
    const layers = [layer(5), layer(0), layer(3)];
    expect([1, 5, 5.1, 8, 8.1].map((value) => layerAt(layers, 0, value))).toEqual([0, 0, 2, 2, -1]);
  });

  it('moves a cursor by keys and selects with shift', () => {
    const keys = (...pressed: [string, boolean][]) =>
      pressed.reduce(
        (cursor, [key, shift]) => moveCursor(cursor, key, shift, 20) ?? cursor,
        noCursor,
      );
    expect(keys(['ArrowLeft', false])).toEqual({ bucket: 19, anchor: -1 });
    const chosen = keys(
      ['Home', false],
      ['Home', false],
      ['ArrowRight', true],
      ['ArrowRight', true],
    );
    expect(selectedBars(chosen)).toEqual({ first: 0, last: 3 });
    expect(selectedBars(keys(['End', false], ['PageUp', true]))).toEqual({ first: 17, last: 20 });
    expect(moveCursor(chosen, 'a', false, 20)).toBeNull();
    expect(selectedBars(noCursor)).toBeNull();
  });
});
