import { useQuery } from '@tanstack/react-query';
import { fetchRules } from '../../../api/rules';

/** Lists the rules; hits are counted on. */
export function useRules() {
  return useQuery({
    queryKey: ['rules'],
    queryFn: ({ signal }) => fetchRules(signal),
    refetchInterval: 5000,
    staleTime: 0,
  });
}
