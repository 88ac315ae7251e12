import { describe, expect, it } from 'vitest';
import type { SystemDisk } from '../../../api/system';
import { diskLines } from './diskLines';

const now = Date.parse('2026-11-20T12:00:00Z');
const dayMillis = 86_400_000;

function disk(of: Partial<SystemDisk>): SystemDisk {
  return {
    path: '/data',
    total: 200,
    free: 60,
    used_by_haetae: 40,
    bound: 0,
    history: [
      { at: '2026-11-19T00:00:00Z', bytes: 20 },
      { at: '2026-11-20T12:00:00Z', bytes: 40 },
    ],
    bytes_per_day: 10,
    held_at: null,
    bound_at: null,
    full_at: null,
    ...of,
  };
}

describe('disk forecast', () => {
  it('ends on the day the disk fills', () => {
    const drawn = diskLines(disk({ full_at: '2026-11-26T12:00:00Z' }), now);
    expect(drawn.end).toBe(now + 6 * dayMillis);
    expect(drawn.lines[1]?.values).toEqual([null, 40, 100]);
    expect(drawn.limit).toEqual({ of: 'room', value: 100 });
  });

  it('stays level where retention keeps it', () => {
    const drawn = diskLines(disk({ bound: 60, held_at: 60 }), now);
    expect(drawn.times.slice(2)).toEqual([now + 2 * dayMillis, now + 14 * dayMillis]);
    expect(drawn.lines[1]?.values).toEqual([null, 40, 60, 60]);
    expect(drawn.limit).toEqual({ of: 'bound', value: 60 });
  });

  it('draws no forecast before there is one', () => {
    const drawn = diskLines(disk({ bytes_per_day: null }), now);
    expect(drawn.lines).toHaveLength(1);
    expect(drawn.end).toBe(now);
  });
});
