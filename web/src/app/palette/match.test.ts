import { describe, expect, it } from 'vitest';
import { bestMatches, match } from './match';

const things = (...texts: string[]) => texts.map((text) => ({ text }));

describe('palette', () => {
  it('puts beginnings before middles and letters in order last', () => {
    const found = bestMatches(things('catalogs', 'blow guns', 'my logs', 'logs'), 'log', 9);
    expect(found.map(({ text }) => text)).toEqual(['logs', 'my logs', 'catalogs', 'blow guns']);
  });

  it('asks for every word, in whatever order', () => {
    expect(match('errors of payment by host', 'host pay')).not.toBeNull();
    expect(match('errors of payment by host', 'host nginx')).toBeNull();
  });

  it('knows Hangul', () => {
    expect(match('결제 오류', '오류')).not.toBeNull();
    expect(match('결제 오류', '승인')).toBeNull();
  });

  it('keeps the order and the bound while nothing is typed', () => {
    expect(bestMatches(things('b', 'a', 'c'), ' ', 2)).toEqual(things('b', 'a'));
  });
});
