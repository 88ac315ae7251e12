import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { fetchLanguage } from '../../api/client';
import { fetchFieldNames, fetchFieldValues } from '../../api/select';
import type { TimeWindow } from '../../time/range';
import type { Completer } from './query/complete';
import { quoteName } from './query/quote';

const valueLimit = 100;
const keep = 60_000;

/** Completes from the records of the page's window; what was asked within the last minute is not asked again. */
export function useCompleter({ start, end }: TimeWindow): Completer {
  const queries = useQueryClient();
  return useMemo((): Completer => {
    const ask = (field: string, query: string) =>
      queries.fetchQuery({
        queryKey: ['field_values', field, query, start, end],
        queryFn: ({ signal }) => fetchFieldValues({ query, start, end }, field, valueLimit, signal),
        gcTime: keep,
        staleTime: keep,
      });
    return {
      fields: () =>
        queries.fetchQuery({
          queryKey: ['field_names', start, end],
          queryFn: ({ signal }) => fetchFieldNames({ query: '*', start, end }, signal),
          gcTime: keep,
          staleTime: keep,
        }),
      values: async (field, text) => {
        const all = await ask(field, '*');
        const holds = (value: string) => value.toLowerCase().includes(text.toLowerCase());
        if (text === '' || all.length < valueLimit) return all.filter(({ value }) => holds(value));
        // The list was cut: the server looks for the text among all values.
        const pattern = `(?i)${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`;
        return ask(field, `${quoteName(field)}:~${JSON.stringify(pattern)}`);
      },
      language: () =>
        queries.fetchQuery({
          queryKey: ['language'],
          queryFn: ({ signal }) => fetchLanguage(signal),
          gcTime: Number.POSITIVE_INFINITY,
          staleTime: Number.POSITIVE_INFINITY,
        }),
    };
  }, [queries, start, end]);
}
