import type { PipelineMember, PipelinePartition } from '../../../api/pipeline';
import type { Health } from '../../../ui/StateMark';
import { isLate } from '../target';

/** A member and what it has of each partition; no member for those that nobody reads. */
export interface AssignmentRow {
  member: PipelineMember | undefined;
  cells: AssignmentCell[];
}

/** `moved` was the member's until it was lost; null is another's. */
export type AssignmentCell = { partition: PipelinePartition; look: 'owned' | 'moved' } | null;

/** Returns the rows of the grid, with a column for each partition; the last one without a member when some have no reader. */
export function assignmentRows(
  members: readonly PipelineMember[],
  partitions: readonly PipelinePartition[],
): AssignmentRow[] {
  const rows = members.map((member) => {
    const had = new Set(member.state === 'gone' ? member.had : []);
    return {
      member,
      cells: partitions.map((partition): AssignmentCell => {
        if (partition.owner === member.id) return { partition, look: 'owned' };
        return had.has(partition.partition) ? { partition, look: 'moved' } : null;
      }),
    };
  });
  const known = new Set(members.map(({ id }) => id));
  const unread = partitions.map(
    (partition): AssignmentCell =>
      known.has(partition.owner) ? null : { partition, look: 'owned' },
  );
  return unread.some((cell) => cell !== null)
    ? [...rows, { member: undefined, cells: unread }]
    : rows;
}

/** Returns the state of a partition as a mark. */
export function partitionHealth({ state, behind_millis }: PipelinePartition): Health {
  if (state === 'stopped' || state === 'offline' || state === 'unowned') return 'critical';
  return state === 'ok' && !isLate(behind_millis) ? 'ok' : 'warn';
}

const memberHealths: Readonly<Record<PipelineMember['state'], Health>> = {
  reading: 'ok',
  idle: 'unknown',
  silent: 'critical',
  gone: 'critical',
};

/** Returns the state of a member as a mark; one that said goodbye is no trouble. */
export function memberHealth({ state, reason }: PipelineMember): Health {
  return reason === 'left' ? 'unknown' : memberHealths[state];
}

const ranks: Readonly<Record<Health, number>> = { critical: 0, warn: 1, unknown: 2, ok: 3 };

/** Orders partitions by what hurts, then by their number, so that rows stay where they are while all is well. */
export function worstFirst(partitions: readonly PipelinePartition[]): PipelinePartition[] {
  return partitions.toSorted(
    (a, b) => ranks[partitionHealth(a)] - ranks[partitionHealth(b)] || a.partition - b.partition,
  );
}
