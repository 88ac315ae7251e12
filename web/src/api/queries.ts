// The queries that run on the server now.
import type { Problem } from './problem';
import { get, getJSON } from './request';

/** A query under way, or an export that has ended lately. */
export interface RunningQuery {
  id: string;
  kind: 'search' | 'export' | 'tail' | 'stats';
  query: string;
  /** RFC 3339. */
  started: string;
  elapsed_ms: number;
  segments_done: number;
  segments_total: number;
  rows: number;
  bytes_read: number;
  peer: string;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  error?: Problem;
}

/** Lists them; throws as request.get does. */
export async function fetchQueries(signal: AbortSignal): Promise<RunningQuery[]> {
  const { queries } = await getJSON<{ queries: RunningQuery[] }>('/api/v1/queries', {}, signal);
  return queries;
}

/** Ends a query; whoever asked it is told that it was cancelled. */
export async function cancelQuery(id: string): Promise<void> {
  await get(`/api/v1/queries/${encodeURIComponent(id)}`, {}, { method: 'DELETE' });
}
