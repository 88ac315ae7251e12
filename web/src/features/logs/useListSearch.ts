import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { LogsSearch } from './search';

type Change = (change: Partial<LogsSearch>) => void;

/**
 * Returns what the URL says about the page; how to change it in place, since how lines are shown is no step to go back from; and
 * how to go on to another view.
 */
export function useListSearch(): [LogsSearch, Change, Change] {
  const search = useSearch({ from: '/logs' });
  const navigate = useNavigate();
  const to = useCallback(
    (change: Partial<LogsSearch>, replace: boolean) =>
      void navigate({
        to: '/logs',
        replace,
        search: (old) => ({ ...old, ...change }) as LogsSearch,
      }),
    [navigate],
  );
  const change = useCallback<Change>((search) => to(search, true), [to]);
  const go = useCallback<Change>((search) => to(search, false), [to]);
  return [search, change, go];
}
