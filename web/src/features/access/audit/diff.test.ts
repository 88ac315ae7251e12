import { describe, expect, it } from 'vitest';
import { differences } from './diff';

describe('before and after', () => {
  it('puts what differs first', () => {
    const before = { name: 'jane', role: 'viewer', teams: ['a'] };
    const after = { name: 'jane', role: 'operator', teams: ['a', 'b'] };
    expect(differences(before, after)).toEqual([
      { path: 'role', before: 'viewer', after: 'operator' },
      { path: 'teams', before: '["a"]', after: '["a","b"]' },
      { path: 'name', before: 'jane', after: 'jane' },
    ]);
  });

  it('shows what was made and what went', () => {
    expect(differences(undefined, { a: { b: 1 } })).toEqual([
      { path: 'a.b', before: undefined, after: '1' },
    ]);
    expect(differences({ a: null, c: true }, null)).toEqual([
      { path: 'c', before: 'true', after: undefined },
    ]);
  });

  it('takes a value that is no object whole', () => {
    expect(differences('30d', '1y')).toEqual([{ path: '', before: '30d', after: '1y' }]);
  });
});
