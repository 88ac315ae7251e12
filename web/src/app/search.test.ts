import { expect, it } from 'vitest';
import { notUnderstood } from './search';

it.each([
  [{ from: 'garbage' }, ['from=garbage']],
  [{ from: 'now-3h', to: 'soon' }, ['to=soon']],
  [
    { from: '2026-11-20T04:00:00Z', to: '2026-11-20T03:00:00Z' },
    ['from=2026-11-20T04:00:00Z', 'to=2026-11-20T03:00:00Z'],
  ],
  [{ tz: 'Mars/Base', refresh: '1ms' }, ['tz=Mars/Base', 'refresh=1ms']],
  [{ from: 'now-1h', to: 'now', tz: 'Asia/Seoul', refresh: '10s', q: 'x' }, []],
  [{}, []],
])('of %j it does not understand %j', (search, said) => {
  expect(
    notUnderstood(search as Record<string, string>, Date.parse('2026-11-21T00:00:00Z')),
  ).toEqual(said);
});
