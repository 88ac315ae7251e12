import { useQuery } from '@tanstack/react-query';
import { fetchStatus, type Status } from '../api/client';

export interface Connection {
  /** `waiting` until the first answer or failure. */
  state: 'waiting' | 'up' | 'down';
  /** The last status received, kept while the server is away. */
  status: Status | undefined;
  /** When that was, in ms since the epoch; 0 before. */
  seen: number;
}

const pollInterval = 5000;

/** Asks the server every five seconds how it is. */
export function useConnection(): Connection {
  const { data, isError, dataUpdatedAt } = useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => fetchStatus(signal),
    refetchInterval: pollInterval,
    staleTime: 0,
  });
  const state = isError ? 'down' : data ? 'up' : 'waiting';
  return { state, status: data, seen: dataUpdatedAt };
}
