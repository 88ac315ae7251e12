import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { SourcesSearch } from './search';

type Change = (search: SourcesSearch, replace?: boolean) => void;

/** Returns what the page's URL says and how to change parts of it; `undefined` takes a part out. */
export function useSourcesSearch(): [SourcesSearch, Change] {
  const search = useSearch({ from: '/sources' });
  const navigate = useNavigate();
  const change = useCallback<Change>(
    (next, replace = false) =>
      void navigate({ to: '/sources', replace, search: (old) => ({ ...old, ...next }) }),
    [navigate],
  );
  return [search, change];
}
