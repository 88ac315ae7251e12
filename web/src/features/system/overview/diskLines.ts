import type { SystemDisk } from '../../../api/system';
import type { TimeLine } from '../../../chart/TimeLines';

const dayMillis = 86_400_000;
// How far ahead is drawn when nothing happens before.
const ahead = 14 * dayMillis;
const furthest = 365 * dayMillis;

interface DiskLines {
  times: number[];
  lines: TimeLine[];
  start: number;
  end: number;
  /** What ends the growth: the bound of retention, or the disk's room for segments. */
  limit: { of: 'bound' | 'room'; value: number };
}

/** Draws the days that are known and what follows: straight growth, level where retention keeps it. */
export function diskLines(disk: SystemDisk, now: number): DiskLines {
  const past = disk.history.map(({ at, bytes }) => ({ at: Date.parse(at), bytes }));
  const used = past.at(-1)?.bytes ?? 0;
  const room = used + disk.free;
  const limit =
    disk.bound > 0 && disk.bound < room
      ? { of: 'bound' as const, value: disk.bound }
      : { of: 'room' as const, value: room };
  const first = past[0]?.at ?? now;
  const start = Math.min(first, now - 7 * dayMillis);
  const growth = disk.bytes_per_day;
  if (growth === null || growth <= 0) {
    const lines = [solid(past.map(({ bytes }) => bytes))];
    return { times: past.map(({ at }) => at), lines, start, end: now, limit };
  }
  const level = disk.held_at ?? limit.value;
  const reached = now + (Math.max(0, level - used) / growth) * dayMillis;
  const end = Math.min(
    now + furthest,
    disk.full_at ? reached : Math.max(reached + 2 * dayMillis, now + ahead),
  );
  const turn = Math.min(reached, end);
  const later = [{ at: turn, bytes: used + ((turn - now) / dayMillis) * growth }];
  if (turn < end) later.push({ at: end, bytes: Math.max(level, used) });
  const known = past.length;
  return {
    times: [...past.map(({ at }) => at), ...later.map(({ at }) => at)],
    lines: [
      solid([...past.map(({ bytes }) => bytes), ...later.map(() => null)]),
      {
        colour: '--chart-1',
        dashed: true,
        values: [
          ...past.map(({ bytes }, i) => (i === known - 1 ? bytes : null)),
          ...later.map(({ bytes }) => bytes),
        ],
      },
    ],
    start,
    end,
    limit,
  };
}

function solid(values: (number | null)[]): TimeLine {
  return { colour: '--chart-1', filled: true, values };
}
