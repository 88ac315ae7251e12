import { describe, expect, it } from 'vitest';
import type { PipelineEvent, PipelineMember } from '../../../api/pipeline';
import { timelineRows } from './timeline';

const start = Date.parse('2026-11-20T03:00:00Z');
const minute = 60_000;
const end = start + 10 * minute;
const at = (minutes: number) => new Date(start + minutes * minute).toISOString();

function member(id: string, since: number, of: Partial<PipelineMember> = {}): PipelineMember {
  return {
    id,
    name: id,
    address: '',
    this: false,
    state: 'reading',
    since: at(since),
    partitions: [],
    had: [],
    records_per_second: 0,
    answered: true,
    limit: null,
    ...of,
  };
}

function event(
  kind: PipelineEvent['kind'],
  id: string,
  time: number,
  until?: number,
): PipelineEvent {
  const event = { kind, member: id, name: id, time: at(time), partitions: [] };
  return until === undefined ? event : { ...event, until: at(until) };
}

function drawn(members: PipelineMember[], events: PipelineEvent[]) {
  return timelineRows(members, events, start, end).map(({ id, stretches }) => [
    id,
    ...stretches.map(
      ({ kind, from, to }) => `${kind} ${(from - start) / minute}-${(to - start) / minute}`,
    ),
  ]);
}

describe('the time line', () => {
  it('shows a member that was there before as there all the time', () => {
    expect(drawn([member('a', -60)], [])).toEqual([['a', 'reading 0-10']]);
  });

  it('begins where a member joined', () => {
    expect(drawn([member('b', 4)], [event('joined', 'b', 4)])).toEqual([['b', 'reading 4-10']]);
  });

  it('shows the silence of a killed member, then that it is gone, and the rebalance of the others', () => {
    const gone = member('b', -60, { state: 'gone', left_at: at(6) });
    const events = [
      event('silent', 'b', 5, 6),
      event('gone', 'b', 6),
      event('rebalance', '', 6, 7),
    ];
    expect(drawn([member('a', -60), gone], events)).toEqual([
      ['a', 'reading 0-10', 'rebalance 6-7'],
      ['b', 'reading 0-6', 'gone 6-10', 'silent 5-6'],
    ]);
  });

  it('knows a member that is not listed any more by what it did', () => {
    expect(drawn([], [event('joined', 'c', 1), event('left', 'c', 3)])).toEqual([
      ['c', 'reading 1-3', 'gone 3-10'],
    ]);
  });

  it('shows a member that came back as one row with a gap', () => {
    const events = [event('left', 'a', 2), event('joined', 'a', 5)];
    expect(drawn([member('a', 5)], events)).toEqual([['a', 'reading 0-2', 'reading 5-10']]);
  });

  it('draws a rebalance only where a member was there', () => {
    const events = [
      event('rebalance', '', 2, 6),
      event('left', 'b', 3),
      event('joined', 'c', 4),
      event('gone', 'c', 5),
    ];
    expect(drawn([member('a', -60)], events)).toEqual([
      ['a', 'reading 0-10', 'rebalance 2-6'],
      ['b', 'reading 0-3', 'gone 3-10', 'rebalance 2-3'],
      ['c', 'reading 4-5', 'gone 5-10', 'rebalance 4-5'],
    ]);
  });

  it('shows a member as there again that was given up', () => {
    const events = [event('silent', 'a', 2, 4), event('gone', 'a', 4), event('joined', 'a', 6)];
    expect(drawn([member('a', -60)], events)).toEqual([
      ['a', 'reading 0-4', 'reading 6-10', 'silent 2-4'],
    ]);
  });

  it('draws a rebalance that goes on up to now', () => {
    expect(drawn([member('a', -60)], [event('rebalance', '', 9)])).toEqual([
      ['a', 'reading 0-10', 'rebalance 9-10'],
    ]);
  });
});
