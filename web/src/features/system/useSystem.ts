import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { fetchHistory, fetchRetention, fetchSystem, type Metric } from '../../api/system';

const interval = 5000;
const often = { refetchInterval: interval, staleTime: 0 };

/** Asks every five seconds how Haetae is. */
export function useSystem() {
  return useQuery({ queryKey: ['system'], queryFn: ({ signal }) => fetchSystem(signal), ...often });
}

/** Asks every five seconds for one of its figures over the last minutes. */
export function useHistory(metric: Metric, minutes: number) {
  return useQuery({
    queryKey: ['system history', metric, minutes],
    queryFn: ({ signal }) => fetchHistory(metric, minutes, signal),
    placeholderData: keepPreviousData,
    ...often,
  });
}

/** The retention in the cache of requests. */
export const retentionKey = ['retention'] as const;

/** Asks every five seconds what is kept by which rule. */
export function useRetention() {
  return useQuery({
    queryKey: retentionKey,
    queryFn: ({ signal }) => fetchRetention(signal),
    ...often,
  });
}
