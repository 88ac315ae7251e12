import { describe, expect, it } from 'vitest';
import { canFormat, formatQuery } from './pretty';

describe('formatting', () => {
  it('puts each pipe on its line, and back', () => {
    const lines = 'error  host:a|stats by (x) count() n|  limit 5';
    const pretty = 'error host:a\n| stats by (x) count() n\n| limit 5';
    expect(formatQuery(lines)).toBe(pretty);
    expect(formatQuery(pretty)).toBe('error host:a | stats by (x) count() n | limit 5');
  });

  it('leaves strings, comments and pipes within parentheses as they are', () => {
    expect(formatQuery('"a  |  b" x:in(a | fields b) | limit 1')).toBe(
      '"a  |  b" x:in(a | fields b)\n| limit 1',
    );
    expect(formatQuery('a # why\n| limit 1')).toBe('a # why\n| limit 1');
  });

  it('keeps the meaning: no token comes or goes', () => {
    const query = 'a:>5 -{x="y"}   (b or  c)\n\n| sort by (d desc)|limit 3';
    const bare = (text: string) => text.replace(/\s/g, '');
    expect(bare(formatQuery(query))).toBe(bare(query));
    expect(canFormat('error')).toBe(false);
    expect(canFormat('error | limit 1')).toBe(true);
  });
});
