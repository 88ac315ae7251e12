import { describe, expect, it } from 'vitest';
import { matchPattern } from './matches';

const found = (query: string, text: string) => text.match(matchPattern(query) ?? /(?!)/g) ?? [];

describe('marked words', () => {
  it('marks what is looked for and not what is excluded', () => {
    expect(
      found('timeout -"read timeout" host:a "HTTP/1.1"', 'timeout host a HTTP/1.1 read'),
    ).toEqual(['timeout', 'HTTP/1.1']);
    expect(found('not error', 'error')).toEqual([]);
    expect(matchPattern('host:=web-1 | fields error')).toBeNull();
  });

  it('marks Hangul within words and by its initial consonants', () => {
    expect(found('장비', '네트워크장비가')).toEqual(['장비']);
    expect(found('chosung(ㅈㅂㄱ)', '네트워크장비가')).toEqual(['장비가']);
    expect(found('chosung("L3ㅈ")', 'L3장비')).toEqual(['L3장']);
    expect(found('chosung(ㄱ)', '까가')).toEqual(['가']);
  });

  it('takes signs of patterns as text', () => {
    expect(found('"a.b(c"', 'axb a.b(c')).toEqual(['a.b(c']);
  });
});
