/** What the Logs page keeps in its URL beside the time range. */
export interface LogsSearch {
  /** LogsQL; missing means everything. */
  q?: string | undefined;
  /** New rows flow in. */
  live?: true | undefined;
  /** `_record_id` of the opened row. */
  row?: string | undefined;
}

/** Takes the parameters of the Logs page out of the URL. */
export function validateLogs(search: Record<string, unknown>): LogsSearch {
  const { q, live, row } = search;
  const valid: LogsSearch = {};
  if (typeof q === 'string' && q.trim() !== '' && q.trim() !== '*') valid.q = q.trim();
  if (live === '1' || live === true) valid.live = true;
  if (typeof row === 'string' && row !== '') valid.row = row;
  return valid;
}
