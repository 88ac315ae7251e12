import type { PipelineEvent, PipelineMember } from '../../../api/pipeline';

/** So many minutes are shown. */
export const eventMinutes = 10;

/** How a member was for a while; ms since the epoch. */
export interface Stretch {
  kind: 'reading' | 'silent' | 'rebalance' | 'gone';
  from: number;
  to: number;
}

/** A member with how it was, in the order in which it is drawn: what comes later lies upon what came before. */
export interface TimelineRow {
  id: string;
  name: string;
  stretches: Stretch[];
}

/**
 * Lays what happened out as one row for each member that was there between two moments: reading from when it joined until it left
 * or was lost, over that its silence and the rebalances of the group.
 */
export function timelineRows(
  members: readonly PipelineMember[],
  events: readonly PipelineEvent[],
  start: number,
  end: number,
): TimelineRow[] {
  const names = new Map(members.map(({ id, name }) => [id, name]));
  for (const { member, name } of events) {
    if (member !== '' && !names.has(member)) names.set(member, name);
  }
  const rebalances = events.filter(({ kind }) => kind === 'rebalance');
  const rows = [...names].map(([id, name]) => {
    const own = events.filter(({ member }) => member === id);
    const lives = livesOf(
      members.find((one) => one.id === id),
      own,
      start,
      end,
    );
    const silences = own.filter(({ kind }) => kind === 'silent').map((one) => stretchOf(one, end));
    const goneAt = lives.at(-1)?.to ?? end;
    const stretches: Stretch[] = [
      ...lives,
      ...(goneAt < end ? [{ kind: 'gone' as const, from: goneAt, to: end }] : []),
      ...rebalances.flatMap((one) => within(stretchOf(one, end), lives)),
      ...silences,
    ];
    return { id, name, stretches: clip(stretches, start, end) };
  });
  return rows
    .filter(({ stretches }) => stretches.length > 0)
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

function livesOf(
  member: PipelineMember | undefined,
  own: readonly PipelineEvent[],
  start: number,
  end: number,
): Stretch[] {
  const turns = own.filter(({ kind }) => kind === 'joined' || kind === 'left' || kind === 'gone');
  const lives: Stretch[] = [];
  // What is there and has not said when it came was there before.
  const [first] = turns;
  let since: number | null =
    first?.kind === 'joined'
      ? null
      : beginning(member, start, first ? Date.parse(first.time) : end);
  for (const { kind, time } of turns) {
    const at = Date.parse(time);
    if (kind === 'joined') since ??= at;
    else if (since !== null) {
      lives.push({ kind: 'reading', from: since, to: at });
      since = null;
    }
  }
  const ended = member?.left_at ? Date.parse(member.left_at) : end;
  if (since !== null && since < ended) lives.push({ kind: 'reading', from: since, to: ended });
  return lives;
}

// What is known of a member's beginning counts only when it is before what it did first.
function beginning(member: PipelineMember | undefined, start: number, first: number): number {
  const since = Date.parse(member?.since ?? '');
  return since > start && since < first ? since : start;
}

function stretchOf({ kind, time, until }: PipelineEvent, end: number): Stretch {
  const to = until ? Date.parse(until) : end;
  return { kind: kind === 'silent' ? 'silent' : 'rebalance', from: Date.parse(time), to };
}

// The parts of a stretch in which a member was there.
function within(stretch: Stretch, lives: readonly Stretch[]): Stretch[] {
  return lives.flatMap(({ from, to }) => clip([stretch], from, to));
}

function clip(stretches: readonly Stretch[], start: number, end: number): Stretch[] {
  return stretches
    .map(({ kind, from, to }) => ({ kind, from: Math.max(start, from), to: Math.min(end, to) }))
    .filter(({ from, to }) => from < to);
}
