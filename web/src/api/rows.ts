import { ProblemError, toProblem } from './problem';
import { get } from './request';
import type { components } from './schema';
import { EventAssembler, readLines } from './stream';

/** One result row: field names to values. A record's row has `_time` and `_record_id`; rows that pipes made may lack both. */
export type Row = Readonly<Record<string, string>>;

/** What a query has read, from the last line of its answer. */
export type QueryStats = components['schemas']['PageStats'];

/** How far a search has come. */
export type QueryProgress = components['schemas']['QueryProgress'];

/** A search for rows. */
export interface RowsRequest {
  query: string;
  /** Window of event time in ms, the end exclusive. */
  start: number;
  end: number;
  limit: number;
  /** Newest first, unless `asc`. */
  order?: 'asc' | undefined;
  /** Only rows older than this cursor. */
  before?: string | undefined;
  /** With `asc`: only rows newer than this cursor. */
  after?: string | undefined;
  /** Tells how far the search has come, too. */
  progress?: boolean | undefined;
}

/** A piece of an answer: how far the search has come, some rows, or at the end what was read. */
export type RowsPiece = { rows: Row[] } | { progress: QueryProgress } | { stats: QueryStats };

/**
 * Returns the cursor of a record: the place right at it, for `before` and `after`. It is made of the time in ns, and of the
 * partition and offset with which the record's id ends. Undefined for a row that is no record.
 */
export function cursorOf(row: Row): string | undefined {
  const id = /-(\d+)-(\d+)$/.exec(row._record_id ?? '');
  const time = /^(.*?)(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/.exec(row._time ?? '');
  if (!id || !time) return undefined;
  const whole = Date.parse(`${time[1]}${time[3]}`);
  if (Number.isNaN(whole)) return undefined;
  const nanos = BigInt(whole) * 1_000_000n + BigInt((time[2] ?? '').padEnd(9, '0'));
  return `${nanos}.${id[1]}.${id[2]}`;
}

/** Streams the rows of a search as they come, and at last its stats. */
export async function* queryRows(
  request: RowsRequest,
  signal: AbortSignal,
): AsyncGenerator<RowsPiece> {
  const { query, start, end, limit, order, before, after, progress } = request;
  const response = await get(
    '/api/v1/logs/query',
    {
      query,
      start: new Date(start).toISOString(),
      end: new Date(end).toISOString(),
      limit,
      order,
      before,
      after,
      progress: progress ? 'true' : undefined,
    },
    { signal },
  );
  if (!response.body) return;
  for await (const lines of readLines(response.body)) {
    const rows: Row[] = [];
    for (const line of lines) {
      if (line === '') continue;
      const piece = JSON.parse(line) as components['schemas']['LogLine'];
      // The search broke off after its first rows were sent.
      if (piece.error) throw new ProblemError(piece.error);
      if (piece.row) rows.push(piece.row);
      if (piece.progress) yield { progress: piece.progress };
      if (piece.stats) {
        if (rows.length > 0) yield { rows: rows.splice(0) };
        yield { stats: piece.stats };
      }
    }
    if (rows.length > 0) yield { rows };
  }
}

/** What a live tail counts. */
export type TailCounts = components['schemas']['TailState'];

/** A piece of a live tail: `open` once the server listens, then rows and the state of the flow. */
export type TailPiece =
  | { kind: 'open' }
  | { kind: 'rows'; rows: Row[]; cursor: string }
  | { kind: 'state'; state: TailCounts; cursor: string };

/** Streams rows as they arrive, at most `maxRate` in a second, from now or from behind a cursor, until the connection ends. */
export async function* tailRows(
  query: string,
  cursor: string,
  maxRate: number,
  signal: AbortSignal,
): AsyncGenerator<TailPiece> {
  const headers: Record<string, string> = { Accept: 'text/event-stream' };
  if (cursor !== '') headers['Last-Event-ID'] = cursor;
  const response = await get(
    '/api/v1/logs/tail',
    { query, max_rate: maxRate },
    { signal, headers },
  );
  yield { kind: 'open' };
  if (!response.body) return;
  const assembler = new EventAssembler(cursor);
  for await (const lines of readLines(response.body)) {
    for (const line of lines) {
      const event = assembler.push(line);
      if (event?.name === 'rows') {
        yield { kind: 'rows', rows: JSON.parse(event.data) as Row[], cursor: event.id };
      } else if (event?.name === 'state') {
        yield { kind: 'state', state: JSON.parse(event.data) as TailCounts, cursor: event.id };
      } else if (event?.name === 'error') {
        throw new ProblemError(toProblem(JSON.parse(event.data)));
      }
    }
  }
}
