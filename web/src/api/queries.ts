import { client } from './client';
import type { components } from './schema';

/** A query that runs, or an export that ended in the last five minutes. */
export type RunningQuery = components['schemas']['RunningQuery'];

/** Lists the queries that run now, and exports that ended a short while ago. */
export async function fetchQueries(signal: AbortSignal): Promise<RunningQuery[]> {
  const { data } = await client.GET('/api/v1/queries', { signal });
  return data?.queries ?? [];
}

/** Ends a query. */
export async function cancelQuery(id: string): Promise<void> {
  await client.DELETE('/api/v1/queries/{id}', { params: { path: { id } } });
}
