import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { LogsSearch } from './search';

/** Returns what the URL says about the page, and how to change it in place: how lines are shown is no step to go back from. */
export function useListSearch(): [LogsSearch, (change: Partial<LogsSearch>) => void] {
  const search = useSearch({ from: '/logs' });
  const navigate = useNavigate();
  const change = useCallback(
    (change: Partial<LogsSearch>) =>
      void navigate({
        to: '/logs',
        replace: true,
        search: (old) => ({ ...old, ...change }) as LogsSearch,
      }),
    [navigate],
  );
  return [search, change];
}
