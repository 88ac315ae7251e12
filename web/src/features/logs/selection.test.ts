import { describe, expect, it } from 'vitest';
import { toGroups } from './facets';
import { toHistogram } from './histogram';
import { areLines, fieldGroups, toRecord } from './record';

describe('histogram', () => {
  const window = { start: 10_500, end: 14_000 };

  it('fills buckets without records and keeps the order of severities', () => {
    const histogram = toHistogram(
      [
        {
          fields: { _severity: 'error' },
          timestamps: ['1970-01-01T00:00:12Z'],
          values: [3],
          total: 3,
        },
        { fields: { _severity: '' }, timestamps: ['1970-01-01T00:00:10Z'], values: [1], total: 1 },
        {
          fields: { _severity: 'info' },
          timestamps: ['1970-01-01T00:00:13Z'],
          values: [2],
          total: 2,
        },
      ],
      window,
      1000,
    );
    expect(histogram.times).toEqual([10_000, 11_000, 12_000, 13_000]);
    expect(histogram.layers).toEqual([
      { severity: 'none', values: [1, 0, 0, 0], total: 1 },
      { severity: 'info', values: [0, 0, 0, 2], total: 2 },
      { severity: 'error', values: [0, 0, 3, 0], total: 3 },
    ]);
    expect(histogram.total).toBe(6);
  });

  it('adds unknown severities up and ignores buckets outside of the window', () => {
    const group = (name: string, at: string) => ({
      fields: { _severity: name },
      timestamps: [at],
      values: [1],
      total: 1,
    });
    const { layers } = toHistogram(
      [
        group('weird', '1970-01-01T00:00:11Z'),
        group('', '1970-01-01T00:00:11Z'),
        group('info', '1970-01-01T00:00:20Z'),
      ],
      window,
      1000,
    );
    expect(layers[0]).toEqual({ severity: 'none', values: [0, 2, 0, 0], total: 2 });
    expect(layers[1]?.total).toBe(0);
  });
});

describe('facets', () => {
  it('puts severity, service and host first and severities by weight', () => {
    const facet = (field_name: string, ...values: [string, number][]) => ({
      field_name,
      values: values.map(([field_value, hits]) => ({ field_value, hits })),
    });
    const groups = toGroups([
      facet('status', ['200', 9]),
      facet('_record_id', ['a', 1]),
      facet('order_id', ...Array.from({ length: 20 }, (_, i): [string, number] => [`${i}`, 1])),
      facet('host.name', ['web-1', 4]),
      facet('_severity', ['info', 8], ['error', 1], ['fatal', 1]),
      facet('version', ['1', 20]),
    ]);
    expect(groups.map(({ field }) => field)).toEqual([
      '_severity',
      'host.name',
      'version',
      'status',
    ]);
    expect(groups[0]?.values.map(({ value }) => value)).toEqual(['fatal', 'error', 'info']);
  });
});

describe('records', () => {
  it('shows the fields of a record without a message', () => {
    const record = toRecord(
      { _time: '2026-11-20T03:12:40Z', 'host.name': 'a', n: '1', m: '2' },
      'x',
    );
    expect(record).toMatchObject({ id: 'x', host: 'a', message: 'n=1 m=2', severity: '' });
  });

  it('does not take the groups of a stats pipe for lines', () => {
    expect(areLines([toRecord({ host: 'a', 'count()': '3' }, '1')])).toBe(false);
    expect(areLines([toRecord({ _time: '2026-11-20T03:00:00Z', hits: '3' }, '1')])).toBe(false);
    expect(areLines([toRecord({ _time: '2026-11-20T03:00:00Z', _record_id: 'r' }, '1')])).toBe(
      true,
    );
  });

  it('keeps a sender’s own underscore fields among the sender’s', () => {
    const { sent, ours } = fieldGroups({ _msg: 'm', _PID: '7', _source: 'journald', a: 'b' });
    expect(sent).toEqual([
      ['_PID', '7'],
      ['a', 'b'],
    ]);
    expect(ours).toEqual([['_source', 'journald']]);
  });
});
