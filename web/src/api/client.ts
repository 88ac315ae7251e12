import createClient, { type Middleware } from 'openapi-fetch';
import { type Problem, ProblemError, readProblem } from './problem';
import type { components, paths } from './schema';

/** What the server says about itself. */
export type Status = components['schemas']['Status'];

const throwProblems: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await readProblem(response);
    return undefined;
  },
};

/** The API with its types; every call throws as request.get does. */
export const client = createClient<paths>({ baseUrl: '/' });
client.use(throwProblems);

/** Reads the server's status; throws as request.get does. */
export async function fetchStatus(signal: AbortSignal): Promise<Status> {
  const { data } = await client.GET('/api/v1/status', { signal });
  if (!data) throw new TypeError('the status is empty');
  return data;
}

/** Reads the words of the query language; throws as request.get does. */
export async function fetchLanguage(
  signal: AbortSignal,
): Promise<components['schemas']['Language']> {
  const { data } = await client.GET('/api/v1/logs/language', { signal });
  if (!data) throw new TypeError('the language is empty');
  return data;
}

/** Asks whether a query can be read; null when it can. Throws as request.get does. */
export async function checkQuery(query: string, signal: AbortSignal): Promise<Problem | null> {
  const { data } = await client.GET('/api/v1/logs/check', { params: { query: { query } }, signal });
  return data?.problem ?? null;
}

/** Asks whether a team or token can be bounded to a stream filter; throws what saving it would be refused with. */
export async function checkStreamFilter(filter: string, signal: AbortSignal): Promise<void> {
  const query = { query: filter, as: 'stream_filter' as const };
  const { data } = await client.GET('/api/v1/logs/check', { params: { query }, signal });
  if (data?.problem) throw new ProblemError(data.problem);
}

/** A query that somebody saved under a name. */
export type SavedQuery = components['schemas']['SavedQuery'];

/** Lists the saved queries; throws as request.get does. */
export async function fetchSavedQueries(signal: AbortSignal): Promise<readonly SavedQuery[]> {
  const { data } = await client.GET('/api/v1/saved-queries', { signal });
  return data?.queries ?? [];
}
