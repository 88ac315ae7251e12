import { describe, expect, it } from 'vitest';
import { toGroups } from './facets';
import { areLines, fieldGroups, toRecord } from './record';

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
