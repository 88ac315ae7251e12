import { useQuery } from '@tanstack/react-query';
import { fetchFacets, fetchStreams } from '../../api/select';
import { exactTerm } from '../../features/logs/query/edit';
import { quoteName } from '../../features/logs/query/quote';
import { shortCount } from '../../ui/quantity';
import { useTime } from '../TimeProvider';
import type { EntryGroup } from './entries';

const streamLimit = 500;
const valueLimit = 50;
// What is in the logs is looked up once for every opening of the palette in a minute.
const staleTime = 60_000;

/** Returns the streams, fields and values of the time range that is shown; each leads to its lines. */
export function useLogEntries(search: (query: string) => void): EntryGroup[] {
  const { window } = useTime();
  const all = { query: '*', ...window };
  const { data: streams = [] } = useQuery({
    queryKey: ['palette', 'streams', window.start, window.end],
    queryFn: ({ signal }) => fetchStreams(all, streamLimit, signal),
    staleTime,
  });
  const { data: facets = [] } = useQuery({
    queryKey: ['palette', 'facets', window.start, window.end],
    queryFn: ({ signal }) => fetchFacets(all, valueLimit, signal),
    staleTime,
  });
  return [
    {
      id: 'streams',
      most: { typed: 6, idle: 4 },
      entries: streams.map(({ value, hits }) => ({
        id: value,
        icon: 'logs',
        text: value,
        data: true,
        hint: shortCount(hits),
        run: () => search(value),
      })),
    },
    {
      id: 'values',
      most: { typed: 8, idle: 0 },
      entries: facets.flatMap(({ field_name, values }) =>
        values.map(({ field_value, hits }) => ({
          id: `${field_name} ${field_value}`,
          icon: 'filter' as const,
          text: `${field_name}: ${field_value}`,
          data: true,
          hint: shortCount(hits),
          run: () => search(exactTerm(field_name, field_value)),
        })),
      ),
    },
    {
      id: 'fields',
      most: { typed: 5, idle: 0 },
      entries: facets.map(({ field_name }) => ({
        id: field_name,
        icon: 'columns',
        text: field_name,
        data: true,
        run: () => search(`${quoteName(field_name)}:*`),
      })),
    },
  ];
}
