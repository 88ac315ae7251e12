import { describe, expect, it } from 'vitest';
import { type Hit, hitOf, parseHighlights, patternOf } from './highlights';

const parts = (text: string, line: string) => {
  const pattern = patternOf(text);
  return pattern ? line.split(pattern) : null;
};

describe('highlights', () => {
  it('finds plain text in any case, taken as it is written', () => {
    expect(parts('took=1.5', 'a TOOK=1.5 b took=1x5')).toEqual(['a ', 'TOOK=1.5', ' b took=1x5']);
  });

  it('finds a regular expression, whose own groups are no parts', () => {
    expect(parts('/took=(\\d+)(ms|s)/', 'a took=12ms b')).toEqual(['a ', 'took=12ms', ' b']);
    expect(parts('/f\\(x\\)/', 'a f(x) b')).toEqual(['a ', 'f(x)', ' b']);
    expect(parts('/Error/', 'an error')).toEqual(['an error']);
    expect(parts('/Error/i', 'an error')).toEqual(['an ', 'error', '']);
  });

  it('finds nothing by what is empty, broken, or matches everywhere', () => {
    for (const text of ['', '  ', '/(/', '/a*/']) expect(patternOf(text), text).toBeNull();
  });

  it('lets the first that matches go before', () => {
    const hits: Hit[] = [
      { pattern: /(timeout)/i, tint: 2 },
      { pattern: /(a)/i, tint: 1 },
    ];
    expect(hitOf(hits, 'a timeout')?.tint).toBe(2);
    expect(hitOf(hits, 'a')?.tint).toBe(1);
    expect(hitOf(hits, 'b')).toBeNull();
  });

  it('leaves out what it did not store', () => {
    const good = { id: 'x', text: 'a', tint: 3 };
    const stored = JSON.stringify([good, { ...good, tint: 9 }, null, 'text']);
    expect(parseHighlights(stored)).toEqual([good]);
    expect(parseHighlights('{')).toEqual([]);
    expect(parseHighlights(null)).toEqual([]);
  });
});
