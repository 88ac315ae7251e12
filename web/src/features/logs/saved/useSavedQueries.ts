import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import {
  addSavedQuery,
  deleteSavedQuery,
  fetchSavedQueries,
  type SavedQuery,
  savedQueriesKey,
  textOf,
} from '../../../api/saved';
import { toast } from '../../../ui/toast';
import type { LogsSearch } from '../search';

/** The saved queries of the server. */
export function useSavedQueries() {
  return useQuery({
    queryKey: savedQueriesKey,
    queryFn: ({ signal }) => fetchSavedQueries(signal),
  });
}

/** Returns a function that runs a saved query: its text, and the time range, view and columns that were saved with it. */
export function useRunSaved(): (saved: SavedQuery) => void {
  const navigate = useNavigate();
  return ({ id, query, from, to, view, cols }) =>
    void navigate({
      to: '/logs',
      search: (old) => {
        const { tz, build } = old as LogsSearch & { tz?: string };
        const range = from && to ? { from, to } : { from: old.from, to: old.to };
        const seen = { ...(view ? { view } : {}), ...(cols ? { cols } : {}) };
        const q = query === '*' ? undefined : query;
        return { ...range, ...seen, tz, build, q, saved: id } as LogsSearch;
      },
    });
}

/** Returns a function that deletes a saved query at once and offers to take that back. */
export function useDeleteSaved(): (saved: SavedQuery) => Promise<void> {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const refetch = () => queries.invalidateQueries({ queryKey: savedQueriesKey });
  return async (saved) => {
    await deleteSavedQuery(saved.id);
    await refetch();
    toast(t('logs.saved.deleted', { name: saved.name }), {
      undo: () => void addSavedQuery(textOf(saved)).then(refetch, refetch),
    });
  };
}
