import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { SystemSearch } from './search';

type Change = (search: SystemSearch, replace?: boolean) => void;

/** Returns what the page's URL says and how to change parts of it; `undefined` takes a part out. */
export function useSystemSearch(): [SystemSearch, Change] {
  const search = useSearch({ from: '/system' });
  const navigate = useNavigate();
  const change = useCallback<Change>(
    (next, replace = false) =>
      void navigate({ to: '/system', replace, search: (old) => ({ ...old, ...next }) }),
    [navigate],
  );
  return [search, change];
}
