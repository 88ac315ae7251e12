import { expect, it } from 'vitest';
import { draftsOf, grantsOf, isChanged, withGrant } from './grants';

it('leaves out of a grant what bounds nothing', () => {
  const drafts = [
    { id: 0, datasets: ['traps', 'logs'], stream: ' {a="b"} ' },
    { id: 1, datasets: [], stream: ' ' },
  ];
  expect(grantsOf(drafts)).toEqual([{ datasets: ['logs', 'traps'], stream: '{a="b"}' }, {}]);
});

it('takes another order of datasets for no change, and one more grant for one', () => {
  const grants = [{ datasets: ['traps', 'logs'] }];
  const drafts = draftsOf(grants);
  expect(isChanged([{ id: 0, datasets: ['logs', 'traps'], stream: '' }], grants)).toBe(false);
  expect(isChanged(withGrant(drafts), grants)).toBe(true);
  expect(withGrant(drafts).map(({ id }) => id)).toEqual([0, 1]);
});
