import { describe, expect, it } from 'vitest';
import type { PipelineMember, PipelinePartition } from '../../../api/pipeline';
import { assignmentRows, memberHealth, partitionHealth, worstFirst } from './assignment';

function partition(n: number, of: Partial<PipelinePartition> = {}): PipelinePartition {
  return {
    partition: n,
    topic_partition: n,
    owner: 'a',
    leader: 1,
    replicas: [1],
    in_sync: [1],
    oldest: 0,
    stored: 10,
    end: 10,
    behind_records: 0,
    behind_millis: 0,
    in_per_second: 0,
    out_per_second: 0,
    bytes: 0,
    state: 'ok',
    ...of,
  };
}

function member(id: string, of: Partial<PipelineMember> = {}): PipelineMember {
  return {
    id,
    name: id,
    address: '127.0.0.1:7700',
    this: false,
    state: 'reading',
    since: '2026-11-20T00:00:00Z',
    partitions: [],
    had: [],
    records_per_second: 0,
    answered: true,
    limit: null,
    ...of,
  };
}

describe('who reads which partition', () => {
  it('shows what a lost member had where it was', () => {
    const rows = assignmentRows(
      [member('a'), member('b', { state: 'gone', had: [1] })],
      [partition(0), partition(1)],
    );
    expect(rows.map(({ cells }) => cells.map((cell) => cell?.look ?? null))).toEqual([
      ['owned', 'owned'],
      [null, 'moved'],
    ]);
  });

  it('does not draw as moved what a member has got back', () => {
    const rows = assignmentRows([member('a', { state: 'reading', had: [0] })], [partition(0)]);
    expect(rows.map(({ cells }) => cells[0]?.look)).toEqual(['owned']);
  });

  it('has a row for what nobody reads, also when its reader is not known', () => {
    const rows = assignmentRows(
      [member('a')],
      [partition(0), partition(1, { owner: '' }), partition(2, { owner: 'of another group' })],
    );
    expect(rows).toHaveLength(2);
    expect(rows[1]?.member).toBeUndefined();
    expect(rows[1]?.cells.map((cell) => cell?.partition.partition ?? null)).toEqual([null, 1, 2]);
  });
});

describe('the state of a partition', () => {
  it('is late beyond the target, whatever the server calls it', () => {
    expect(partitionHealth(partition(0, { behind_millis: 10_000 }))).toBe('ok');
    expect(partitionHealth(partition(0, { behind_millis: 10_001 }))).toBe('warn');
    expect(partitionHealth(partition(0, { state: 'unowned' }))).toBe('critical');
    expect(partitionHealth(partition(0, { state: 'stopped' }))).toBe('critical');
  });

  it('puts first what hurts', () => {
    const sorted = worstFirst([
      partition(0),
      partition(1, { state: 'behind' }),
      partition(2, { state: 'offline' }),
      partition(3),
    ]);
    expect(sorted.map((one) => one.partition)).toEqual([2, 1, 0, 3]);
  });
});

it('marks a member that was lost as trouble, and one that left not', () => {
  expect(memberHealth(member('a', { state: 'gone', reason: 'session' }))).toBe('critical');
  expect(memberHealth(member('a', { state: 'gone', reason: 'left' }))).toBe('unknown');
});
