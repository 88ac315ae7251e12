import { client } from './client';
import type { components } from './schema';

/** A query that was saved on the server under a name. */
export type SavedQuery = components['schemas']['SavedQuery'];

/** What a person gives of it. */
export type SavedQueryText = components['schemas']['SavedQueryText'];

/** The saved queries in the cache of requests, which pages share. */
export const savedQueriesKey = ['saved-queries'] as const;

/** Lists the saved queries by folder and name. */
export async function fetchSavedQueries(signal: AbortSignal): Promise<SavedQuery[]> {
  const { data } = await client.GET('/api/v1/saved-queries', { signal });
  return data?.queries ?? [];
}

/** Saves a query; a ProblemError with code `conflict` and reason `name` says that the name is taken in its folder. */
export async function addSavedQuery(text: SavedQueryText): Promise<SavedQuery> {
  const { data } = await client.POST('/api/v1/saved-queries', { body: text });
  if (!data) throw new TypeError('the answer is empty');
  return data;
}

/** Changes a saved query; the reason of its `conflict` is `revision` when somebody else changed it since it was read. */
export async function changeSavedQuery(
  { id, revision }: Pick<SavedQuery, 'id' | 'revision'>,
  text: SavedQueryText,
): Promise<SavedQuery> {
  const { data } = await client.PUT('/api/v1/saved-queries/{id}', {
    params: { path: { id } },
    body: { ...text, revision },
  });
  if (!data) throw new TypeError('the answer is empty');
  return data;
}

export async function deleteSavedQuery(id: string): Promise<void> {
  await client.DELETE('/api/v1/saved-queries/{id}', { params: { path: { id } } });
}

/** Takes out of a saved query what a person gave of it. */
export function textOf(query: SavedQuery): SavedQueryText {
  const { name, folder, description, query: text, from, to, view, cols } = query;
  const known = { folder, description, from, to, view, cols };
  const given = Object.entries(known).filter(([, value]) => value !== undefined);
  return { name, query: text, ...Object.fromEntries(given) };
}
