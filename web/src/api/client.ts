import createClient, { type Middleware } from 'openapi-fetch';
import { readProblem } from './problem';
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
