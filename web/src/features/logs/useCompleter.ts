import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { fetchFieldNames, fetchFieldValues } from '../../api/select';
import type { TimeWindow } from '../../time/range';
import type { Completer } from './query/complete';

const valueLimit = 100;
const keep = 60_000;

/** Completes from the records of the page's window; what was asked within the last minute is not asked again. */
export function useCompleter({ start, end }: TimeWindow): Completer {
  const queries = useQueryClient();
  return useMemo((): Completer => {
    const all = { query: '*', start, end };
    return {
      fields: () =>
        queries.fetchQuery({
          queryKey: ['field_names', start, end],
          queryFn: ({ signal }) => fetchFieldNames(all, signal),
          gcTime: keep,
        }),
      values: (field) =>
        queries.fetchQuery({
          queryKey: ['field_values', field, start, end],
          queryFn: ({ signal }) => fetchFieldValues(all, field, valueLimit, signal),
          gcTime: keep,
        }),
    };
  }, [queries, start, end]);
}
