import { readProblem } from './problem';

/** Query parameters; missing ones are left out. */
export type Params = Record<string, string | number | undefined>;

function withParams(path: string, params: Params): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return `${path}?${search}`;
}

/**
 * Sends a GET request and returns an answer that is ok; throws a ProblemError for any other, a TypeError when none came,
 * and an AbortError when the signal fired.
 */
export async function get(path: string, params: Params, init: RequestInit): Promise<Response> {
  const response = await fetch(withParams(path, params), init);
  if (!response.ok) throw await readProblem(response);
  return response;
}

/** As get, for an answer that is one JSON value. */
export async function getJSON<T>(path: string, params: Params, signal: AbortSignal): Promise<T> {
  const response = await get(path, params, { signal });
  return (await response.json()) as T;
}

/** Sends a JSON value with another method than GET and returns the answer's; throws as get does. */
export async function sendJSON<T>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const response = await fetch(path, {
    method,
    ...(body !== undefined && {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
    ...(signal && { signal }),
  });
  if (!response.ok) throw await readProblem(response);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
