// The trail of who did what.
import { client } from './client';
import type { components, operations } from './schema';

/** One line of the trail. */
export type AuditEntry = components['schemas']['AuditEntry'];
/** A page of them, newest first; without a cursor it is the last. */
export type AuditPage = components['schemas']['AuditPage'];
/** What the check of the chain found. */
export type AuditReport = components['schemas']['AuditReport'];

type Query = NonNullable<operations['list-audit']['parameters']['query']>;

/** Which entries are asked for; what is undefined bounds nothing. */
export interface AuditFilter {
  q: string | undefined;
  action: string | undefined;
  by: string | undefined;
  outcome: AuditEntry['outcome'] | undefined;
  /** In ms, the end exclusive. */
  window: { start: number; end: number };
}

function queryOf({ window, ...filter }: AuditFilter): Query {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(given),
    start: new Date(window.start).toISOString(),
    end: new Date(window.end).toISOString(),
  };
}

/** Lists entries, newest first, from behind a cursor; throws as request.get does. */
export async function fetchAudit(
  filter: AuditFilter,
  cursor: string | undefined,
  limit: number,
  signal: AbortSignal,
): Promise<AuditPage> {
  const query = { ...queryOf(filter), limit, ...(cursor && { cursor }) };
  const { data } = await client.GET('/api/v1/audit', { params: { query }, signal });
  if (!data) throw new TypeError('the page of the audit trail is empty');
  return data;
}

/** Reads the whole chain and tells whether an entry is missing, altered or cut off. */
export async function verifyAudit(signal: AbortSignal): Promise<AuditReport> {
  const { data } = await client.GET('/api/v1/audit/verify', { signal });
  if (!data) throw new TypeError('the report on the audit trail is empty');
  return data;
}

/** Writes the address from which the browser downloads the entries as JSON lines; the last one names the head of the chain. */
export function auditExportAddress(filter: AuditFilter): string {
  const given = Object.entries(queryOf(filter)).map(([name, value]) => [name, String(value)]);
  return `/api/v1/audit/export?${new URLSearchParams(given)}`;
}
