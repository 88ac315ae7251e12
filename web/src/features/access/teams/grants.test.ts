import { expect, it } from 'vitest';
import { draftsOf, grantsOf, isChanged, withGrant } from './grants';

it('leaves out of a grant what bounds nothing, and names everything', () => {
  const drafts = [
    { id: 0, datasets: ['traps', 'logs'], stream: ' {a="b"} ' },
    { id: 1, datasets: [], stream: ' ' },
  ];
  expect(grantsOf(drafts)).toEqual([
    { datasets: ['logs', 'traps'], stream: '{a="b"}' },
    { stream: '*' },
  ]);
  expect(grantsOf([{ id: 0, datasets: ['logs'], stream: '*' }])).toEqual([{ datasets: ['logs'] }]);
});

it('shows a grant of everything as one without a filter', () => {
  const grants = [{ stream: '*' }];
  expect(draftsOf(grants)).toEqual([{ id: 0, datasets: [], stream: '' }]);
  expect(isChanged(draftsOf(grants), grants)).toBe(false);
});

it('takes another order of datasets for no change, and one more grant for one', () => {
  const grants = [{ datasets: ['traps', 'logs'] }];
  const drafts = draftsOf(grants);
  expect(isChanged([{ id: 0, datasets: ['logs', 'traps'], stream: '' }], grants)).toBe(false);
  expect(isChanged(withGrant(drafts), grants)).toBe(true);
  expect(withGrant(drafts).map(({ id }) => id)).toEqual([0, 1]);
});
