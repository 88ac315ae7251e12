import { describe, expect, it } from 'vitest';
import type { Row } from '../../../api/rows';
import { toCSV } from './csv';
import { barSeries, timeSeries } from './series';
import { bucketMillis, isAdditive, shapeOf } from './shape';
import { fittingView, readSort, sortRows, tableOf } from './table';
import { formatUnit, guessUnit, readUnits, writeUnits } from './units';

const noUnits = new Map();
const table = (query: string, rows: Row[]) => tableOf(rows, shapeOf(query), noUnits);
const text = (ms: number) => `${ms / 1000} s`;

describe('shape of a query', () => {
  it('reads groups, buckets and functions', () => {
    const shape = shapeOf(
      'a:(b or c) | stats by (_time:1h30m offset 9h, "odd, name", host.name) count() if (x:y) as n, avg(took) p | sort by (n desc)',
    );
    expect(shape.by).toEqual(['_time', 'odd, name', 'host.name']);
    expect(shape.step).toBe(5_400_000);
    expect(shape.functions.get('n')).toBe('count');
    expect(isAdditive(shape, 'n')).toBe(true);
    expect(isAdditive(shape, 'p')).toBe(false);
    expect(isAdditive(shapeOf('* | stats max(a)'), 'max(a)')).toBe(false);
  });

  it('has no groups without a by, and none inside of the filter', () => {
    expect(shapeOf('by (a) | stats count()').by).toEqual([]);
    expect(shapeOf('* | top 5 by (user)').by).toEqual(['user']);
    expect(bucketMillis('month')).toBeNull();
    expect(bucketMillis('day')).toBe(86_400_000);
  });
});

describe('table', () => {
  it('takes numbers that name groups for labels', () => {
    const { columns } = table('* | stats by (status) count() as n', [{ n: '3', status: '200' }]);
    expect(columns.map(({ name, role }) => [name, role])).toEqual([
      ['status', 'label'],
      ['n', 'value'],
    ]);
  });

  it('chooses the view that fits', () => {
    const view = (query: string, ...rows: Row[]) => fittingView(table(query, rows));
    expect(view('* | count()', { 'count()': '3' })).toBe('number');
    expect(view('* | stats count() a, max(b) b', { a: '3', b: '4' })).toBe('table');
    const at = (n: string) => ({ _time: `2026-11-20T0${n}:00:00Z`, n });
    expect(view('* | stats by (_time:1h) count() n', at('1'), at('2'))).toBe('chart');
    const bar = (host: string) => ({ host, n: '1' });
    expect(view('* | stats by (host) count() n', bar('a'), bar('b'))).toBe('chart');
    expect(
      view('* | stats by (host) count() n', ...Array.from({ length: 60 }, (_, i) => bar(`${i}`))),
    ).toBe('table');
    expect(view('* | uniq by (host)', { host: 'a' }, { host: 'b' })).toBe('table');
  });

  it('sorts by size and in natural order, cells without a value last', () => {
    const rows = [{ h: 'web-10', n: '9' }, { h: 'web-9', n: '10' }, { h: 'web-1' }];
    const sorted = (by: string) =>
      sortRows(table('* | stats by (h) count() n', rows as Row[]), readSort(by)).map(({ h }) => h);
    expect(sorted('n')).toEqual(['web-10', 'web-9', 'web-1']);
    expect(sorted('-n')).toEqual(['web-9', 'web-10', 'web-1']);
    expect(sorted('h')).toEqual(['web-1', 'web-9', 'web-10']);
  });
});

describe('series', () => {
  const row = (minute: number, host: string, n: number): Row => ({
    _time: new Date(minute * 60_000).toISOString(),
    host,
    n: String(n),
  });

  it('leaves a gap where a bucket has no row', () => {
    const query = '* | stats by (_time:1m, host) count() n';
    const data = timeSeries(
      table(query, [row(0, 'a', 1), row(2, 'a', 3), row(1, 'b', 9)]),
      shapeOf(query),
    );
    expect(data.times).toEqual([0, 60_000, 120_000]);
    expect(data.series.map(({ name, values }) => [name, values])).toEqual([
      ['b', [null, 9, null]],
      ['a', [1, null, 3]],
    ]);
  });

  it('joins more than eight groups of counts, and leaves averages out', () => {
    const rows = Array.from({ length: 12 }, (_, i) => row(0, `h${i}`, i + 1));
    const counts = '* | stats by (_time:1m, host) count() n';
    const { series } = timeSeries(table(counts, rows), shapeOf(counts));
    expect(series).toHaveLength(8);
    expect(series.at(-1)).toMatchObject({ other: true, values: [15] });
    const averages = '* | stats by (_time:1m, host) avg(x) n';
    const left = timeSeries(table(averages, rows), shapeOf(averages));
    expect(left.series).toHaveLength(8);
    expect(left.leftOut).toBe(4);
  });

  it('puts the longest bar first', () => {
    const query = '* | stats by (host) count() n';
    const bars = barSeries(
      table(
        query,
        [row(0, 'a', 1), row(0, 'b', 7)].map(({ host, n }) => ({ host, n }) as Row),
      ),
      shapeOf(query),
      10,
    );
    expect(bars.series.map(({ name }) => name)).toEqual(['b', 'a']);
  });
});

describe('units', () => {
  it('guesses by function and name', () => {
    const guess = (query: string, column: string, max = 1) =>
      guessUnit(column, shapeOf(query), max);
    expect(guess('* | stats count() as bytes', 'bytes')).toBe('count');
    expect(guess('* | stats sum(bytes)', 'sum(bytes)')).toBe('bytes');
    expect(guess('* | stats avg(duration_ms) as d', 'd')).toBe('ms');
    expect(guess('* | stats avg(took) as p', 'p', 2e8)).toBe('ns');
    expect(guess('* | stats max(users) as u', 'u')).toBe('none');
  });

  it('writes numbers in their unit', () => {
    expect(formatUnit(1_204, 'count', text)).toBe('1,204');
    expect(formatUnit(4_100_000, 'bytes', text)).toBe('4.1 MB');
    expect(formatUnit(285_200_000, 'ns', text)).toBe('285.2 ms');
    expect(formatUnit(1.5, 's', text)).toBe('1.5 s');
    expect(formatUnit(12.5, 'percent', text)).toBe('12.5%');
    expect(formatUnit(Number.NaN, 'count', text)).toBe('–');
  });

  it('keeps chosen units in one parameter', () => {
    const chosen = new Map([
      ['sum(a,b)', 'bytes' as const],
      ['x', 'ms' as const],
    ]);
    expect(readUnits(writeUnits(chosen))).toEqual(chosen);
    expect(writeUnits(new Map())).toBeUndefined();
  });
});

describe('CSV', () => {
  it('is read as UTF-8 by Excel, quotes what must be, and lets no cell be a formula', () => {
    expect(
      toCSV(
        ['a', 'b'],
        [
          { a: 'x,"y"', b: '=1+1' },
          { a: '-5', b: '-x' },
        ],
      ),
    ).toBe('\ufeffa,b\r\n"x,""y""",\'=1+1\r\n-5,\'-x\r\n');
  });
});
