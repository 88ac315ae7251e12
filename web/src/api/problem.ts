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
  /** After how many seconds the server wants to be asked again; undefined when it does not say. */
  readonly retryAfter: number | undefined;

  constructor(problem: Problem, retryAfter?: number) {
    super(problem.detail ?? problem.title ?? problem.code ?? 'request failed');
    this.name = 'ProblemError';
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

const watchers = new Set<(problem: Problem) => void>();

/** Calls back with each problem that the server answers with, whoever asked, until the returned function is called. */
export function watchProblems(watcher: (problem: Problem) => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Takes a problem out of a JSON value; anything else is a problem that says nothing. */
export function toProblem(value: unknown): Problem {
  const known = typeof value === 'object' && value !== null && 'code' in value;
  return known && typeof value.code === 'string' ? (value as Problem) : {};
}

/** Reads the problem out of an answer that is not ok. */
export async function readProblem(response: Response): Promise<ProblemError> {
  const problem = problemOf(await response.text(), response.status);
  for (const watcher of watchers) watcher(problem);
  const seconds = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  return new ProblemError(problem, Number.isNaN(seconds) ? undefined : seconds);
}

function problemOf(body: string, status: number): Problem {
  try {
    return { ...toProblem(JSON.parse(body)), status };
  } catch {
    // Not JSON: a proxy's page or a text.
    return { status, detail: body.slice(0, 500) };
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
