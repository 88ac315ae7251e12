import { beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetQueries, forgetQuery, pastQueries, rememberQuery } from './history';

describe('history', () => {
  beforeEach(() => {
    const kept = new Map<string, string>();
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
    });
  });

  it('keeps each query once, the newest first', () => {
    rememberQuery('a', 1);
    rememberQuery('b', 2);
    rememberQuery(' a ', 3);
    rememberQuery('*', 4);
    expect(pastQueries()).toEqual([
      { query: 'a', at: 3 },
      { query: 'b', at: 2 },
    ]);
  });

  it('marks drafts until they are run', () => {
    rememberQuery('a', 1, true);
    expect(pastQueries()).toEqual([{ query: 'a', at: 1, draft: true }]);
    rememberQuery('a', 2);
    rememberQuery('a', 3, true);
    expect(pastQueries()).toEqual([{ query: 'a', at: 3 }]);
  });

  it('forgets one, all, and what is broken', () => {
    rememberQuery('a', 1);
    rememberQuery('b', 2);
    forgetQuery('a');
    expect(pastQueries().map(({ query }) => query)).toEqual(['b']);
    forgetQueries();
    expect(pastQueries()).toEqual([]);
    localStorage.setItem('haetae.queries', '[{"query":1},{"query":"x","at":1}]');
    expect(pastQueries()).toEqual([{ query: 'x', at: 1 }]);
  });

  it('is bounded', () => {
    for (let i = 0; i < 300; i++) rememberQuery(`q${i}`, i);
    expect(pastQueries()).toHaveLength(200);
    expect(pastQueries()[0]?.query).toBe('q299');
  });
});
