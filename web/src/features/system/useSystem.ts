import { useQuery } from '@tanstack/react-query';
import { fetchRetention, fetchSystem } from '../../api/system';

const interval = 5000;
const often = { refetchInterval: interval, staleTime: 0 };

/** Asks every five seconds how Haetae is. */
export function useSystem() {
  return useQuery({ queryKey: ['system'], queryFn: ({ signal }) => fetchSystem(signal), ...often });
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
