import { describe, expect, it } from 'vitest';
import type { HitsGroup } from '../../api/select';
import { gridOf, offsetBefore } from '../../time/grid';
import { differenceText, toHistogram, toPast } from './histogram';

const grid = gridOf({ start: 10_500, end: 14_000 }, 1000, 'UTC');

function group(field: string, value: string | null, ...counts: [string, number][]): HitsGroup {
  return {
    fields: value === null ? {} : { [field]: value },
    timestamps: counts.map(([at]) => `1970-01-01T00:00:${at}Z`),
    values: counts.map(([, n]) => n),
    total: counts.reduce((sum, [, n]) => sum + n, 0),
  };
}

describe('grid', () => {
  const hour = 3_600_000;

  it('begins days at the midnight of the zone', () => {
    const start = Date.parse('2026-11-20T03:12:40+09:00');
    const days = gridOf({ start, end: start + 50 * hour }, 24 * hour, 'Asia/Seoul');
    expect(days.times.map((time) => new Date(time).toISOString())).toEqual([
      '2026-11-19T15:00:00.000Z',
      '2026-11-20T15:00:00.000Z',
      '2026-11-21T15:00:00.000Z',
    ]);
    expect(days.offset).toBe(9 * hour);
    // West of Greenwich the rest is taken upwards.
    expect(gridOf({ start, end: start + hour }, 24 * hour, 'America/New_York').offset).toBe(
      19 * hour,
    );
  });

  it('keeps its edges when the window moves', () => {
    const one = gridOf({ start: 10_500, end: 40_500 }, 5000, 'Asia/Seoul');
    const other = gridOf({ start: 12_100, end: 42_100 }, 5000, 'Asia/Seoul');
    expect(one.times.slice(0, 6)).toEqual(other.times.slice(0, 6));
  });

  it('asks for the same edges an odd time earlier', () => {
    const days = gridOf({ start: 0, end: 48 * hour }, 24 * hour, 'UTC');
    expect(offsetBefore(days, hour)).toBe(hour);
  });
});

describe('histogram', () => {
  it('fills buckets without records and keeps the order of severities', () => {
    const histogram = toHistogram(
      [
        group('_severity', 'error', ['12', 3]),
        group('_severity', '', ['10', 1]),
        group('_severity', 'info', ['13', 2]),
      ],
      grid,
      '_severity',
    );
    expect(histogram.times).toEqual([10_000, 11_000, 12_000, 13_000]);
    expect(histogram.layers).toEqual([
      { value: '', colour: '--bar-trace', values: [1, 0, 0, 0], total: 1 },
      { value: 'info', colour: '--bar-info', values: [0, 0, 0, 2], total: 2 },
      { value: 'error', colour: '--bar-error', values: [0, 0, 3, 0], total: 3 },
    ]);
    expect(histogram.total).toBe(6);
  });

  it('adds unknown severities up and ignores buckets outside of the window', () => {
    const { layers } = toHistogram(
      [
        group('_severity', 'weird', ['11', 1]),
        group('_severity', '', ['11', 1]),
        group('_severity', 'info', ['20', 1]),
      ],
      grid,
      '_severity',
    );
    expect(layers[0]).toMatchObject({ value: '', values: [0, 2, 0, 0], total: 2 });
    expect(layers[1]?.total).toBe(0);
  });

  it('stacks other fields by name, whatever has most, and the rest on top', () => {
    const answer = [
      group('status', '502', ['10', 9]),
      group('status', '', ['10', 5]),
      group('status', '200', ['10', 1]),
      group('status', null, ['11', 4]),
    ];
    const { layers } = toHistogram(answer, grid, 'status');
    expect(layers.map(({ value }) => value)).toEqual(['200', '502', '', null]);
    expect(layers.map(({ colour }) => colour)).toEqual([
      '--chart-1',
      '--chart-2',
      '--bar-trace',
      '--chart-8',
    ]);
    const grown = toHistogram([group('status', '200', ['10', 99]), ...answer], grid, 'status');
    expect(grown.layers.map(({ colour }) => colour)).toEqual(layers.map(({ colour }) => colour));
  });

  it('lays an earlier time under the present one', () => {
    expect(toPast([group('', null, ['01', 4], ['04', 2], ['30', 9])], grid, 9000)).toEqual([
      4, 0, 0, 2,
    ]);
    expect(differenceText(112, 100)).toBe('+12%');
    expect(differenceText(60, 100)).toBe('−40%');
    expect(differenceText(60, 0)).toBeNull();
  });
});
