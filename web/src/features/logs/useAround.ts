import { type InfiniteData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import {
  type AroundPage,
  type AroundPlace,
  fetchRecord,
  fetchSide,
  placeCursor,
  scopeQuery,
} from './around';
import { type LogRecord, toRecord } from './record';
import type { AroundScope } from './search';

/** Lines on one side of the record. */
export interface AroundSide {
  more: boolean;
  reading: boolean;
  error: unknown;
  read: () => void;
}

/** Returns a record between the lines around it, newest first, and how to read on at both ends. */
export function useAround(place: AroundPlace, scope: AroundScope) {
  const found = useQuery({
    queryKey: ['record', place],
    queryFn: ({ signal }) => fetchRecord(place, signal),
  });
  const row = found.data;
  const query = row ? scopeQuery(row, scope) : null;
  const older = useSide('older', place, row ? placeCursor(row) : '', query);
  const newer = useSide('newer', place, row ? placeCursor(row) : '', query);
  const records = useMemo<readonly LogRecord[]>(() => {
    if (!row) return [];
    const above = newer.records.slice().reverse();
    return [...above, toRecord(row, place.id), ...older.records];
  }, [row, place, older.records, newer.records]);
  return { found, query, records, above: newer.records.length, older, newer };
}

function useSide(
  side: 'older' | 'newer',
  place: AroundPlace,
  begin: string,
  query: string | null,
): AroundSide & { records: readonly LogRecord[] } {
  const pages = useInfiniteQuery({
    queryKey: ['around', side, place, query],
    queryFn: ({ pageParam, signal }) => fetchSide(side, query ?? '*', place, pageParam, signal),
    enabled: begin !== '' && query !== null,
    initialPageParam: begin,
    getNextPageParam: (last: AroundPage) => last.next,
  });
  const records = useMemo(() => recordsOf(pages.data), [pages.data]);
  return {
    records,
    more: pages.hasNextPage,
    reading: pages.isFetching,
    error: pages.error,
    read: () => void pages.fetchNextPage(),
  };
}

function recordsOf(data: InfiniteData<AroundPage> | undefined): LogRecord[] {
  return data?.pages.flatMap(({ records }) => records) ?? [];
}
