import { useQuery } from '@tanstack/react-query';
import { fetchSources } from '../../../api/sources';

const interval = 5000;

/** Asks every five seconds who sends. */
export function useSources() {
  return useQuery({
    queryKey: ['sources'],
    queryFn: ({ signal }) => fetchSources(signal),
    refetchInterval: interval,
    staleTime: 0,
  });
}
