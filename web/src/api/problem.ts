import type { components } from './schema';

/**
 * What went wrong, as RFC 9457 has it. The server sends all of it; a failure on the way has what is known. The position counts
 * bytes of the query as it was sent.
 */
export type Problem = Partial<components['schemas']['Problem']>;

/** The code of an answer that never came: no connection, or one that broke. */
export const unreachable = 'unreachable';

/** A request that failed, with what the server said about it. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title ?? problem.code ?? 'request failed');
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** Takes a problem out of a JSON value; anything else is a problem that says nothing. */
export function toProblem(value: unknown): Problem {
  const known = typeof value === 'object' && value !== null && 'code' in value;
  return known && typeof value.code === 'string' ? (value as Problem) : {};
}

/** Reads the problem out of an answer that is not ok. */
export async function readProblem(response: Response): Promise<ProblemError> {
  const body = await response.text();
  try {
    return new ProblemError({ ...toProblem(JSON.parse(body)), status: response.status });
  } catch {
    // Not JSON: a proxy's page or a text.
    return new ProblemError({ status: response.status, detail: body.slice(0, 500) });
  }
}

/** Makes a problem of whatever a request threw. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  // fetch rejects with a TypeError when no answer came.
  if (error instanceof TypeError) return { code: unreachable, detail: error.message };
  return { detail: error instanceof Error ? error.message : String(error) };
}

/** Reports whether an error only says that the request was given up by us. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
