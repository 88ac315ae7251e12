import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { type AuditFilter, fetchAudit } from '../../../api/audit';
import { useTime } from '../../../app/TimeProvider';
import { useAccessSearch } from '../useAccessSearch';

const page = 200; // entries that are read at once

/** Returns which entries the URL asks for. */
export function useAuditFilter(): AuditFilter {
  const { window } = useTime();
  const [{ q, action, by, outcome }] = useAccessSearch();
  return { q, action, by, outcome, window };
}

/** Reads the entries that the URL asks for, newest first, page by page. */
export function useAudit() {
  const filter = useAuditFilter();
  return useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ signal, pageParam }) => fetchAudit(filter, pageParam, page, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ cursor }) => cursor,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}
