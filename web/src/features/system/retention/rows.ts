import type { Retention } from '../../../api/system';

/** A rule with what it keeps now; the default is one too. */
export interface RetentionRow {
  /** Empty for any. */
  dataset: string;
  /** Empty for any. */
  filter: string;
  /** As the server writes it: 30d. */
  keep: string;
  isDefault: boolean;
  bytes: number;
  rawBytes: number;
  /** Of events, ms since the epoch; null when it keeps nothing. */
  oldest: number | null;
}

/** Lists the rules, then the default. What a rule that is gone has kept is the default's. */
export function retentionRows({ rules, default: rest, usage }: Retention): RetentionRow[] {
  const rows: RetentionRow[] = rules.map(({ dataset = '', filter, retention }) => ({
    ...empty,
    dataset,
    filter: filter === '*' ? '' : filter,
    keep: retention,
    isDefault: false,
  }));
  const last = { ...empty, dataset: '', filter: '', keep: rest.retention, isDefault: true };
  for (const use of usage) {
    const row =
      rows.find(
        ({ dataset, filter }) =>
          (dataset === '' || dataset === use.dataset) && sameFilter(filter, use.filter),
      ) ?? last;
    row.bytes += use.bytes;
    row.rawBytes += use.raw_bytes;
    const oldest = use.oldest === null ? null : Date.parse(use.oldest);
    if (oldest !== null) row.oldest = Math.min(row.oldest ?? oldest, oldest);
  }
  return [...rows, last];
}

const empty = { bytes: 0, rawBytes: 0, oldest: null as number | null };

// The server writes a filter in its own form: spaces do not count.
function sameFilter(a: string, b: string): boolean {
  return a.replaceAll(/\s/g, '') === b.replaceAll(/\s/g, '');
}
