import { client } from './client';
import type { components } from './schema';
import type { Selection } from './select';

/** How a query is answered: what was ruled out by what, what was read, and what decided on the rest. */
export type Explanation = components['schemas']['ExplainOutputBody'];
export type ExplainStep = components['schemas']['ExplainStep'];

/** Runs a query's search for rows, `limit` of them at most or all for 0, and tells how. Throws as request.get does. */
export async function explainQuery(
  { query, start, end }: Selection,
  limit: number,
  signal: AbortSignal,
): Promise<Explanation> {
  const { data } = await client.GET('/api/v1/logs/explain', {
    params: {
      query: {
        query,
        start: new Date(start).toISOString(),
        end: new Date(end).toISOString(),
        limit,
      },
    },
    signal,
  });
  if (!data) throw new TypeError('the answer is empty');
  return data;
}
