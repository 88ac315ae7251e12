import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queryRows, type Row } from '../../../api/rows';
import { fetchSources, type Source } from '../../../api/sources';

export interface FirstLine {
  /** A sender of the input that was heard of since, if any. */
  sender: Source | undefined;
  /** The first record stored since, if any. */
  row: Row | undefined;
  /** The server could not be asked. */
  error: unknown;
}

const interval = 1000;
const hour = 3_600_000;

/** Asks every second whether an input has received something since a moment, until a record is stored. */
export function useFirstLine(input: string, since: number): FirstLine {
  const [found, setFound] = useState(false);
  const senders = useQuery({
    queryKey: ['sources'],
    queryFn: ({ signal }) => fetchSources(signal),
    refetchInterval: found ? false : interval,
    staleTime: 0,
  });
  const sender = senders.data?.sources.find(
    (one) => one.input === input && Date.parse(one.last_seen) > since,
  );
  // A sender's clock may be off, or its line have waited; once something has come, its time may be any.
  const start = sender ? 0 : since - hour;
  const row = useQuery({
    queryKey: ['first line', input, since, start],
    queryFn: ({ signal }) => firstRow(input, since, start, signal),
    refetchInterval: ({ state }) => (state.data ? false : interval),
  });
  if (row.data && !found) setFound(true);
  return { sender, row: row.data ?? undefined, error: row.error };
}

async function firstRow(
  input: string,
  since: number,
  start: number,
  signal: AbortSignal,
): Promise<Row | null> {
  const received = JSON.stringify(new Date(since).toISOString());
  const query = `_source:=${JSON.stringify(input)}* _observed:>${received} | sort by (_observed) | limit 1`;
  const request = { query, start, end: since + 24 * hour, limit: 1 };
  for await (const piece of queryRows(request, signal)) {
    if ('rows' in piece && piece.rows[0]) return piece.rows[0];
  }
  return null;
}
