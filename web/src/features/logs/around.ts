import { cursorOf, type QueryStats, queryRows, type Row, type RowsRequest } from '../../api/rows';
import { exactTerm } from './query/edit';
import { hostNames, type LogRecord, toRecord } from './record';
import type { AroundScope } from './search';

/** The record whose surroundings are shown, as the URL names it. */
export interface AroundPlace {
  /** Its time as the server writes it, and in ms. */
  text: string;
  time: number;
  id: string;
}

/** Some lines on one side of the record, those nearest to it first, and where the next ones begin. */
export interface AroundPage {
  records: LogRecord[];
  next: string | undefined;
}

export const aroundPageSize = 50;
const day = 24 * 3600_000; // how far from the record its surroundings are looked for

/** Reads `TIME/ID`; null when it is none. */
export function parseAround(around: string): AroundPlace | null {
  const slash = around.indexOf('/');
  const text = around.slice(0, slash);
  const time = Math.floor(Date.parse(text));
  return slash > 0 && !Number.isNaN(time) ? { text, time, id: around.slice(slash + 1) } : null;
}

/** Returns the query for what surrounds a record; null when the record says nothing about this scope. */
export function scopeQuery(row: Row, scope: AroundScope): string | null {
  if (scope === 'all') return '*';
  if (scope === 'stream') return row._stream ?? null;
  const field = hostNames.find((name) => row[name]);
  return field ? exactTerm(field, row[field] ?? '') : null;
}

/** Returns the record itself; null when it is not kept any more. */
export async function fetchRecord(place: AroundPlace, signal: AbortSignal): Promise<Row | null> {
  const query = `_record_id:=${JSON.stringify(place.id)}`;
  const { rows } = await fetchRows(
    { query, start: place.time, end: place.time + 1, limit: 1 },
    signal,
  );
  return rows[0] ?? null;
}

/** Returns a page of lines older or newer than a cursor. */
export async function fetchSide(
  side: 'older' | 'newer',
  query: string,
  { time }: AroundPlace,
  cursor: string,
  signal: AbortSignal,
): Promise<AroundPage> {
  const request: RowsRequest =
    side === 'older'
      ? { query, start: time - day, end: time + 1, limit: aroundPageSize, before: cursor }
      : {
          query,
          start: time,
          end: time + day,
          limit: aroundPageSize,
          order: 'asc',
          after: cursor,
        };
  const { rows, stats } = await fetchRows(request, signal);
  return {
    records: rows.map((row, i) => toRecord(row, `${cursor}-${i}`)),
    next: stats?.next,
  };
}

/** Returns where the sides of a record begin. */
export function placeCursor(row: Row): string {
  return cursorOf(row) ?? '';
}

async function fetchRows(
  request: RowsRequest,
  signal: AbortSignal,
): Promise<{ rows: Row[]; stats: QueryStats | undefined }> {
  const rows: Row[] = [];
  let stats: QueryStats | undefined;
  for await (const piece of queryRows(request, signal)) {
    if ('rows' in piece) rows.push(...piece.rows);
    else if ('stats' in piece) stats = piece.stats;
  }
  return { rows, stats };
}
