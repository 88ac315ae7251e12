/** A part of the query that an error points at, in characters (UTF-16 units) of the query. */
export interface ProblemPosition {
  start: number;
  end: number;
}

/** An RFC 9457 problem as the server sends it. */
export interface Problem {
  type?: string | undefined;
  title?: string | undefined;
  status?: number | undefined;
  /** Names what failed, as `query.syntax`; the console words it in its language. */
  code?: string | undefined;
  detail?: string | undefined;
  params?: Record<string, unknown> | undefined;
  /** Byte offsets into the query as it was sent. */
  position?: ProblemPosition | undefined;
  /** What is likely meant, to put at the position. */
  fix?: string | undefined;
  request_id?: string | undefined;
}

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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Takes from a JSON value the members of a problem that have the right type. */
export function toProblem(value: unknown, status: number): Problem {
  if (!isRecord(value)) return { status };
  const text = (name: string) => {
    const member = value[name];
    return typeof member === 'string' && member !== '' ? member : undefined;
  };
  const { position } = value;
  return {
    type: text('type'),
    title: text('title'),
    status,
    code: text('code'),
    detail: text('detail'),
    params: isRecord(value.params) ? value.params : undefined,
    position:
      isRecord(position) && typeof position.start === 'number' && typeof position.end === 'number'
        ? { start: position.start, end: position.end }
        : undefined,
    fix: text('fix'),
    request_id: text('request_id'),
  };
}

/** Reads the problem out of an answer that is not ok. */
export async function readProblem(response: Response): Promise<ProblemError> {
  const body = await response.text();
  try {
    return new ProblemError(toProblem(JSON.parse(body), response.status));
  } catch {
    return new ProblemError({ status: response.status, detail: body.slice(0, 500) || undefined });
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
