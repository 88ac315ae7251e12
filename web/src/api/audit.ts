// The trail of who did what.
import { getJSON } from './request';

/** One line of the trail. */
export interface AuditEntry {
  seq: number;
  time: string;
  action: string;
  by: string;
  by_kind: string;
  target: string;
  outcome: string;
  before?: unknown;
  after?: unknown;
  address: string;
  request_id: string;
  hash: string;
}

/** Which entries are asked for; what is missing bounds nothing. */
export interface AuditFilter {
  q?: string | undefined;
  action?: string | undefined;
  by?: string | undefined;
  outcome?: string | undefined;
  /** Window in ms, the end exclusive. */
  start: number;
  end: number;
}

export interface AuditPage {
  entries: AuditEntry[];
  /** Asks for the next page; missing behind the last entry. */
  cursor?: string;
}

/** What the check of the chain found. */
export interface AuditVerdict {
  ok: boolean;
  entries: number;
  first: number;
  last: number;
  head: string;
  faults: { seq: number; what: string }[];
}

/** Lists entries, newest first; throws as request.get does. */
export async function fetchAudit(
  { start, end, ...filter }: AuditFilter,
  cursor: string | undefined,
  limit: number,
  signal: AbortSignal,
): Promise<AuditPage> {
  const window = { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
  const answer = await getJSON<{ entries: AuditEntry[] | null; cursor?: string }>(
    '/api/v1/audit',
    { ...filter, ...window, cursor, limit },
    signal,
  );
  return { entries: answer.entries ?? [], ...(answer.cursor && { cursor: answer.cursor }) };
}

/** Reads the whole chain and tells whether an entry is missing, altered or cut off. */
export function verifyAudit(signal: AbortSignal): Promise<AuditVerdict> {
  return getJSON('/api/v1/audit/verify', {}, signal);
}
