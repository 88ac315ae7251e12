// The trail of who did what.
import { getJSON, type Params } from './request';

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

/** A place in the chain; the hash is SHA-256 in hex. */
export interface AuditLink {
  seq: number;
  hash: string;
  /** Null before the first entry. */
  time: string | null;
}

/** Something that is wrong with the trail: with one entry, or with all from `seq` to `until`. */
export interface AuditFault {
  seq: number;
  until?: number;
  what: string;
  text: string;
}

/** What the check of the chain found. */
export interface AuditReport {
  ok: boolean;
  /** How many entries were read. */
  entries: number;
  first: AuditLink | null;
  last: AuditLink | null;
  head: AuditLink;
  /** Retention may have removed what is up to here. */
  floor: AuditLink;
  faults: AuditFault[];
  /** How many more there are than are listed. */
  more_faults?: number;
}

function paramsOf({ start, end, ...filter }: AuditFilter): Params {
  return { ...filter, start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}

/** Lists entries, newest first; throws as request.get does. */
export async function fetchAudit(
  filter: AuditFilter,
  cursor: string | undefined,
  limit: number,
  signal: AbortSignal,
): Promise<AuditPage> {
  const answer = await getJSON<{ entries: AuditEntry[] | null; cursor?: string }>(
    '/api/v1/audit',
    { ...paramsOf(filter), cursor, limit },
    signal,
  );
  return { entries: answer.entries ?? [], ...(answer.cursor && { cursor: answer.cursor }) };
}

/** Reads the whole chain and tells whether an entry is missing, altered or cut off. */
export function verifyAudit(signal: AbortSignal): Promise<AuditReport> {
  return getJSON('/api/v1/audit/verify', {}, signal);
}

/** Writes the address from which the browser downloads the entries as JSON lines; the last one names the head of the chain. */
export function auditExportAddress(filter: AuditFilter): string {
  const given = Object.entries(paramsOf(filter)).filter(([, value]) => value !== undefined);
  return `/api/v1/audit/export?${new URLSearchParams(given.map(([k, v]) => [k, String(v)]))}`;
}
