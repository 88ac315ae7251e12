import { useQuery } from '@tanstack/react-query';
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
// A sender's clock may be off, or its line have waited; the time of receipt decides.
const margin = 3_600_000;

/** Asks every second whether an input has received something since a moment, until a record is stored. */
export function useFirstLine(input: string, since: number): FirstLine {
  const row = useQuery({
    queryKey: ['first line', input, since],
    queryFn: ({ signal }) => firstRow(input, since, signal),
    refetchInterval: ({ state }) => (state.data ? false : interval),
  });
  const senders = useQuery({
    queryKey: ['sources'],
    queryFn: ({ signal }) => fetchSources(signal),
    refetchInterval: row.data ? false : interval,
    staleTime: 0,
  });
  const sender = senders.data?.sources?.find(
    (one) => one.input === input && Date.parse(one.last_seen) > since,
  );
  return { sender, row: row.data ?? undefined, error: row.error };
}

async function firstRow(input: string, since: number, signal: AbortSignal): Promise<Row | null> {
  const received = JSON.stringify(new Date(since).toISOString());
  const query = `_source:=${JSON.stringify(input)}* _observed:>${received} | sort by (_observed) | limit 1`;
  const request = { query, start: since - margin, end: since + 24 * margin, limit: 1 };
  for await (const piece of queryRows(request, signal)) {
    if ('rows' in piece && piece.rows[0]) return piece.rows[0];
  }
  return null;
}
