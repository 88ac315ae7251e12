import { ProblemError, toProblem } from './problem';
import { get } from './request';
import type { components } from './schema';
import { EventAssembler, readLines } from './stream';

/** One result row: field names to values. A record's row has `_time` and `_record_id`; rows that pipes made may lack both. */
export type Row = Readonly<Record<string, string>>;

/** What a query has read, from the last line of its answer. */
export type QueryStats = components['schemas']['PageStats'];

/** A search for rows, newest first. */
export interface RowsRequest {
  query: string;
  /** Window of event time in ms, the end exclusive. */
  start: number;
  end: number;
  limit: number;
  /** `next` of the page before. */
  before?: string | undefined;
}

/** A piece of an answer: some rows, or at the end what was read. */
export type RowsPiece = { rows: Row[] } | { stats: QueryStats };

/** Streams the rows of a search as they come, and at last its stats. */
export async function* queryRows(
  request: RowsRequest,
  signal: AbortSignal,
): AsyncGenerator<RowsPiece> {
  const { query, start, end, limit, before } = request;
  const response = await get(
    '/api/v1/logs/query',
    {
      query,
      start: new Date(start).toISOString(),
      end: new Date(end).toISOString(),
      limit,
      before,
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
      if (piece.stats) {
        if (rows.length > 0) yield { rows: rows.splice(0) };
        yield { stats: piece.stats };
      }
    }
    if (rows.length > 0) yield { rows };
  }
}

/** A piece of a live tail: `open` once the server listens, then rows and the state of the flow. */
export type TailPiece =
  | { kind: 'open' }
  | { kind: 'rows'; rows: Row[]; cursor: string }
  | { kind: 'state'; rate: number; skipped: number; cursor: string };

/** Streams rows as they arrive, from now or from behind a cursor, until the connection ends. */
export async function* tailRows(
  query: string,
  cursor: string,
  signal: AbortSignal,
): AsyncGenerator<TailPiece> {
  const headers: Record<string, string> = { Accept: 'text/event-stream' };
  if (cursor !== '') headers['Last-Event-ID'] = cursor;
  const response = await get('/api/v1/logs/tail', { query }, { signal, headers });
  yield { kind: 'open' };
  if (!response.body) return;
  const assembler = new EventAssembler(cursor);
  for await (const lines of readLines(response.body)) {
    for (const line of lines) {
      const event = assembler.push(line);
      if (event?.name === 'rows') {
        yield { kind: 'rows', rows: JSON.parse(event.data) as Row[], cursor: event.id };
      } else if (event?.name === 'state') {
        const { rate, skipped } = JSON.parse(event.data) as { rate: number; skipped: number };
        yield { kind: 'state', rate, skipped, cursor: event.id };
      } else if (event?.name === 'error') {
        throw new ProblemError(toProblem(JSON.parse(event.data)));
      }
    }
  }
}
