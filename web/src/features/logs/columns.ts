import type { LogRecord } from './record';

/** How the columns of a list follow from its rows. */
export interface Columns {
  /** A row has a severity; without one the column is left out. */
  severity: boolean;
  /** As `severity`. */
  service: boolean;
  /** A host is longer than the usual column shows. */
  longHost: boolean;
}

export const allColumns: Columns = { severity: true, service: true, longHost: false };
export const noColumns: Columns = { severity: false, service: false, longHost: false };

const usualHost = 15; // characters in 110 px

/** Adds what more rows need. Nothing is taken back, so that a list that grows moves sideways at most once for each. */
export function withColumns(columns: Columns, rows: readonly LogRecord[]): Columns {
  const severity = columns.severity || rows.some((row) => row.severity !== '');
  const service = columns.service || rows.some((row) => row.service !== '');
  const longHost = columns.longHost || rows.some((row) => row.host.length > usualHost);
  const same =
    severity === columns.severity && service === columns.service && longHost === columns.longHost;
  return same ? columns : { severity, service, longHost };
}
