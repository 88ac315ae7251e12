import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { fetchHistory, type HistoryMetric } from '../api/system';

/** Asks every five seconds for one of the server's own figures over the last minutes. */
export function useHistory(metric: HistoryMetric, minutes: number) {
  return useQuery({
    queryKey: ['system history', metric, minutes],
    queryFn: ({ signal }) => fetchHistory(metric, minutes, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 5000,
    staleTime: 0,
  });
}
