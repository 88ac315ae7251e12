import { type QueryClient, useQuery } from '@tanstack/react-query';
import { fetchStatus, type Status } from '../api/client';
import { asProblem, type Problem, unreachable } from '../api/problem';

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
  const { data, error, isFetching, dataUpdatedAt, errorUpdateCount, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => fetchStatus(AbortSignal.any([signal, AbortSignal.timeout(patience)])),
    refetchInterval: ({ state }) => (isAway(state.error) ? retryInterval : pollInterval),
    refetchOnWindowFocus: 'always', // a page that was hidden may be old
    staleTime: 0,
  });
  return {
    state: isAway(error) ? 'down' : data || error ? 'up' : 'waiting',
    status: data,
    seen: dataUpdatedAt,
    failures: errorUpdateCount,
    trying: isFetching,
    tryNow: () => void refetch(),
  };
}

/** Reports whether a failure means that the server is away; one that asks who we are is there. */
function isAway(error: unknown): boolean {
  if (!error) return false;
  const { status }: Problem = asProblem(error);
  return status !== 401 && status !== 403;
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
