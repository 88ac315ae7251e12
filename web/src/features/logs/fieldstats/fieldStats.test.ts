import { describe, expect, it } from 'vitest';
import { groupPipes, having, typeOf, unitOf } from './fieldStats';

describe('field statistics', () => {
  it('tells the type by all values', () => {
    expect(typeOf(['1', '-2.5', '3e9'])).toBe('number');
    expect(typeOf(['30ms', '1h2m', '1.5s'])).toBe('duration');
    expect(typeOf(['10.0.0.1', '::1'])).toBe('address');
    expect(typeOf(['true', 'False'])).toBe('boolean');
    expect(typeOf(['2026-11-20T03:12:40Z'])).toBe('time');
    expect(typeOf(['1', 'one'])).toBe('text');
    expect(typeOf([])).toBe('text');
  });

  it('knows what numbers of a field count', () => {
    expect(unitOf('took', 'duration')).toBe('ns');
    expect(unitOf('body_bytes', 'number')).toBe('bytes');
    expect(unitOf('status', 'number')).toBe('none');
    expect(unitOf('host', 'text')).toBeNull();
  });

  it('keeps alternatives of the filter together and quotes odd names', () => {
    const window = { start: 0, end: 1 };
    expect(having({ query: 'a or b', ...window }, 'x').query).toBe('(a or b) x:*');
    expect(having({ query: '*', ...window }, 'odd:name').query).toBe('"odd:name":*');
    expect(groupPipes('odd:name')).toBe(
      '| stats by ("odd:name") count() as n | sort by (n desc) | limit 100',
    );
  });
});
