import { expect, test } from 'vitest';
import { safeBack } from './back';

const origin = 'https://haetae.example';

test('goes back to where somebody was, with the query', () => {
  expect(safeBack('/logs?q=error%20or%20warn&from=now-2d', origin)).toBe(
    '/logs?q=error%20or%20warn&from=now-2d',
  );
  expect(safeBack('/system?part=config#x', origin)).toBe('/system?part=config#x');
});

test.each([
  undefined,
  '',
  'logs',
  'https://evil.example/',
  '//evil.example/logs',
  '/\\evil.example/logs',
  '/\t/evil.example',
  '/.//evil.example',
  'javascript:alert(1)',
  '/signin?back=/logs',
  '/setup?token=x',
  '//[',
])('never leads elsewhere: %s', (text) => {
  expect(safeBack(text, origin)).toBe('/');
});
