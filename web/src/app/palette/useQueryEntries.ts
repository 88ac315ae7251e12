import { useQuery } from '@tanstack/react-query';
import { fetchSavedQueries } from '../../api/client';
import { pastQueries } from '../../features/logs/history/history';
import type { LogsSearch } from '../../features/logs/search';
import type { GlobalSearch } from '../search';
import type { EntryGroup } from './entries';

/** Returns the queries that people saved and those that ran in this browser. */
export function useQueryEntries(open: (search: LogsSearch & GlobalSearch) => void): EntryGroup[] {
  const { data: saved } = useQuery({
    queryKey: ['saved-queries'],
    queryFn: ({ signal }) => fetchSavedQueries(signal),
    staleTime: 0, // others save too
  });
  return [
    {
      id: 'saved',
      most: { typed: 8, idle: 5 },
      entries: (saved ?? []).map(({ id, name, folder, query, from, to, cols }) => ({
        id,
        icon: 'star',
        text: name,
        data: true,
        hint: folder,
        run: () => open({ q: query, cols, ...(from && to ? { from, to } : {}) }),
      })),
    },
    {
      id: 'recent',
      most: { typed: 5, idle: 4 },
      entries: pastQueries().map(({ query }) => ({
        id: query,
        icon: 'history',
        text: query,
        data: true,
        run: () => open({ q: query }),
      })),
    },
  ];
}
