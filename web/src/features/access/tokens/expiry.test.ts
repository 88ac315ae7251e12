import { expect, it } from 'vitest';
import type { Token } from '../../../api/access';
import { expiryOf, standingOf, worstFirst } from './expiry';

const now = Date.parse('2026-11-22T00:00:00Z');
const token = (name: string, expires?: string, last_used?: string) =>
  ({ name, expires, last_used }) as Token;

it('counts days from now, and knows tokens without an end', () => {
  expect(expiryOf('30d', now)).toBe('2026-12-22T00:00:00.000Z');
  expect(expiryOf('never', now)).toBeUndefined();
});

it('marks what has ended and what ends within two weeks', () => {
  expect(standingOf(token('a', '2026-11-22T00:00:00Z'), now)).toBe('expired');
  expect(standingOf(token('a', '2026-12-05T23:59:59Z', '2026-11-21T00:00:00Z'), now)).toBe('soon');
  expect(standingOf(token('a', '2026-12-06T00:00:01Z', '2026-11-21T00:00:00Z'), now)).toBe('ok');
  expect(standingOf(token('a'), now)).toBe('unused');
});

it('puts what needs a look first, the rest by name', () => {
  const all = [
    token('vector'),
    token('curl', undefined, '2026-11-21T00:00:00Z'),
    token('soon', '2026-11-25T00:00:00Z'),
    token('gone', '2026-11-20T00:00:00Z'),
  ];
  expect(worstFirst(all, now).map(({ name }) => name)).toEqual(['gone', 'soon', 'curl', 'vector']);
});
