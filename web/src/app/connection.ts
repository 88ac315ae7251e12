import { type QueryClient, useQuery } from '@tanstack/react-query';
import { fetchStatus, type Status } from '../api/client';
import { asProblem, unreachable } from '../api/problem';

export interface Connection {
  /** `waiting` until the first answer or failure. */
  state: 'waiting' | 'up' | 'down';
  /** The last status received, kept while the server is away. */
  status: Status | undefined;
  /** When that was, in ms since the epoch; 0 before. */
  seen: number;
  /** How many times in a row there was no answer. */
  failures: number;
  /** A question to the server is on its way. */
  trying: boolean;
  /** Asks at once. */
  tryNow: () => void;
}

const pollInterval = 5000; // ms
/** How long after a failure the server is asked again, in ms. */
export const retryInterval = 3000;
// A server that holds a request for longer does not answer, whatever its sockets say.
const patience = 4000;

const queryKey = ['status'];

/** Asks the server every five seconds how it is, and sooner while it is away. */
export function useConnection(): Connection {
  const { data, isError, isFetching, dataUpdatedAt, errorUpdateCount, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => fetchStatus(AbortSignal.any([signal, AbortSignal.timeout(patience)])),
    refetchInterval: ({ state }) => (state.status === 'error' ? retryInterval : pollInterval),
    refetchOnWindowFocus: 'always', // a page that was hidden may be old
    staleTime: 0,
  });
  return {
    state: isError ? 'down' : data ? 'up' : 'waiting',
    status: data,
    seen: dataUpdatedAt,
    failures: errorUpdateCount,
    trying: isFetching,
    tryNow: () => void refetch(),
  };
}

/** Looks at once whether the server is away when any request had no answer. */
export function checkConnection(
  queries: QueryClient,
  error: unknown,
  failed: readonly unknown[],
): void {
  if (failed[0] === queryKey[0] || asProblem(error).code !== unreachable) return;
  void queries.refetchQueries({ queryKey }, { cancelRefetch: false });
}
