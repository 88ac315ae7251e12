import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { AccessSearch } from './search';

type Change = (search: AccessSearch, replace?: boolean) => void;

/** Returns what the page's URL says and how to change parts of it; `undefined` takes a part out. */
export function useAccessSearch(): [AccessSearch, Change] {
  const search = useSearch({ from: '/access' });
  const navigate = useNavigate();
  const change = useCallback<Change>(
    (next, replace = false) =>
      void navigate({ to: '/access', replace, search: (old) => ({ ...old, ...next }) }),
    [navigate],
  );
  return [search, change];
}
