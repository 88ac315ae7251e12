import { describe, expect, it } from 'vitest';
import { clock, dayClock, parseWallClock, span } from './clock';
import { addMonths, weeksOf } from './month';
import {
  defaultRange,
  fixedRange,
  relativeLength,
  resolveRange,
  shiftWindow,
  stepFor,
} from './range';
import { daysRange, readEnd, shiftDays, thisMinute, writeEnd } from './typed';
import { fromLocal, offsetAt, zoneName, zoneOffset } from './zone';

const night = Date.UTC(2026, 10, 19, 18, 12, 40, 118); // 2026-11-20 03:12:40.118 KST

describe('wall clock', () => {
  it('shows the zone and not the machine', () => {
    expect(clock(night, 'Asia/Seoul', 'milli')).toBe('03:12:40.118');
    expect(clock(night, 'America/New_York', 'minute')).toBe('13:12');
    expect(dayClock(night, 'UTC', 'second')).toBe('2026-11-19 18:12:40');
  });

  it('follows daylight saving time on both sides of the change', () => {
    const before = Date.UTC(2026, 2, 29, 0, 59);
    expect(clock(before, 'Europe/Berlin', 'minute')).toBe('01:59');
    expect(clock(before + 60_000, 'Europe/Berlin', 'minute')).toBe('03:00');
    expect(offsetAt(before + 60_000, 'Europe/Berlin')).toBe(2 * 3600_000);
  });

  it('reads what it writes, in the zone', () => {
    for (const zone of ['Asia/Seoul', 'America/St_Johns', 'UTC']) {
      expect(parseWallClock(dayClock(night, zone, 'milli'), zone)).toBe(night);
    }
    expect(parseWallClock('2026-11-20', 'Asia/Seoul')).toBe(Date.UTC(2026, 10, 19, 15));
  });

  it('refuses days and times that do not exist', () => {
    for (const text of ['2026-02-30', '2026-13-01 00:00', '2026-11-20 25:00', 'yesterday', '']) {
      expect(parseWallClock(text, 'UTC')).toBeNull();
    }
  });

  it('leaves dates out only for today', () => {
    const hour = 3600_000;
    expect(span(night - hour, night, 'Asia/Seoul', night)).toBe('02:12:40 – 03:12:40');
    expect(span(night - hour, night, 'Asia/Seoul', night + 24 * hour)).toBe(
      '2026-11-20 02:12:40 – 03:12:40',
    );
    expect(span(night - 4 * hour, night, 'Asia/Seoul', night)).toBe(
      '2026-11-19 23:12:40 – 2026-11-20 03:12:40',
    );
  });
});

describe('zones', () => {
  it('names zones as operators do', () => {
    expect(zoneName(night, 'Asia/Seoul')).toBe('KST');
    expect(zoneName(night, 'America/New_York')).toBe('EST');
    expect(zoneOffset(night, 'Asia/Seoul')).toBe('UTC+9');
    expect(zoneOffset(night, 'America/St_Johns')).toBe('UTC-3:30');
    expect(zoneOffset(night, 'UTC')).toBe('UTC');
  });

  it('finds the moment of a local time just after a change', () => {
    const local = Date.UTC(2026, 2, 29, 3, 0);
    expect(fromLocal(local, 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 29, 1, 0));
  });
});

describe('ranges', () => {
  it('resolves relative and absolute ends', () => {
    expect(resolveRange(defaultRange, night)).toEqual({ start: night - 3600_000, end: night });
    const fixed = { start: night - 5000, end: night };
    expect(resolveRange(fixedRange(fixed), 0)).toEqual(fixed);
  });

  it('refuses what the URL may hold by mistake', () => {
    expect(resolveRange({ from: 'now', to: 'now-1h' }, night)).toBeNull();
    expect(resolveRange({ from: 'now-1y', to: 'now' }, night)).toBeNull();
    expect(resolveRange({ from: '2026-11-20', to: 'now' }, night)).toBeNull();
  });

  it('knows the length of what ends now', () => {
    expect(relativeLength({ from: 'now-15m', to: 'now' })).toBe('15m');
    expect(relativeLength({ from: 'now-15m', to: '2026-11-20T00:00:00Z' })).toBeNull();
  });

  it('moves by half', () => {
    expect(shiftWindow({ start: 0, end: 100 }, -1)).toEqual({ start: -50, end: 50 });
  });

  it('never gives more buckets than asked for', () => {
    for (const length of [20, 999, 60_000, 3600_000, 86_400_000, 400 * 86_400_000]) {
      const step = stepFor({ start: 0, end: length }, 120);
      expect(length / step).toBeLessThanOrEqual(120);
      expect(step).toBeGreaterThanOrEqual(1);
    }
    expect(stepFor({ start: 0, end: 3600_000 }, 120)).toBe(30_000);
  });
});

describe('typed ends', () => {
  const zone = 'Asia/Seoul';

  it('reads lengths back from now, clock times of today, days and RFC 3339', () => {
    expect(readEnd(' now-90m', zone, night)).toBe('now-90m');
    expect(readEnd('- 2H', zone, night)).toBe('now-2h');
    expect(readEnd('NOW', zone, night)).toBe('now');
    expect(readEnd('03:00', zone, night)).toBe('2026-11-19T18:00:00Z');
    expect(readEnd('2026-11-20', zone, night)).toBe('2026-11-19T15:00:00Z');
    expect(readEnd('2026-11-19T18:00:00+02:00', zone, night)).toBe('2026-11-19T18:00:00+02:00');
    for (const text of ['', 'soon', '26:00', '2026-02-30', 'now-', 'now+1h']) {
      expect(readEnd(text, zone, night), text).toBeNull();
    }
  });

  it('reads what it writes, to the millisecond', () => {
    expect(readEnd(writeEnd('now-15m', night, zone), zone, night)).toBe('now-15m');
    expect(readEnd(writeEnd('2026', night, zone), zone, night)).toBe('2026-11-19T18:12:40.118Z');
  });
});

describe('other days', () => {
  it('keeps the time of day across a change of the offset', () => {
    const monday = { start: Date.UTC(2026, 2, 30, 7), end: Date.UTC(2026, 2, 30, 8) };
    expect(shiftDays(monday, -2, 'Europe/Berlin').from).toBe('2026-03-28T08:00:00Z');
    expect(shiftDays(monday, -2, 'Asia/Seoul').from).toBe('2026-03-28T07:00:00Z');
  });

  it('shows the minute of the clock, a day before', () => {
    expect(thisMinute(night, -1, 'Asia/Seoul')).toEqual({
      from: '2026-11-18T18:12:00Z',
      to: '2026-11-18T18:13:00Z',
    });
  });

  it('takes whole days, whichever was chosen first', () => {
    expect(daysRange('2026-11-20', '2026-11-19', 'Asia/Seoul')).toEqual({
      from: '2026-11-18T15:00:00Z',
      to: '2026-11-20T15:00:00Z',
    });
    // 29 March has 23 hours in Berlin.
    expect(daysRange('2026-03-29', '2026-03-29', 'Europe/Berlin')).toEqual({
      from: '2026-03-28T23:00:00Z',
      to: '2026-03-29T22:00:00Z',
    });
  });
});

describe('months', () => {
  it('begins weeks on Sunday and shows every day of the month once', () => {
    const weeks = weeksOf('2026-11-20');
    expect(weeks[0]?.[0]).toBe('2026-11-01');
    expect(weeks.at(-1)?.at(-1)).toBe('2026-12-05');
    expect(weeksOf('2026-02-10')).toHaveLength(4);
  });

  it('goes to the last day of a shorter month', () => {
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
    expect(addMonths('2026-03-31', -13)).toBe('2025-02-28');
  });
});
