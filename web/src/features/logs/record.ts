import type { Row } from '../../api/rows';
import { isSeverity, type Severity } from './severity';

/** A row of the list: what its line shows, and the whole row for when it opens. */
export interface LogRecord {
  /** `_record_id`, or a name of its own for a row that lacks one. */
  id: string;
  /** Event time in ms since the epoch; NaN when the row has none. */
  time: number;
  severity: Severity | '';
  host: string;
  service: string;
  message: string;
  row: Row;
}

/** Names of a record's host and of its service, the one that counts most first; docs/fields.md has the first ones. */
export const hostNames = ['host.name', 'host', 'hostname'] as const;
export const serviceNames = ['service.name', 'service', 'app_name', 'app'] as const;

/** Returns the value of the first of the names that a row has. */
function firstOf(row: Row, names: readonly string[]): string {
  return names.map((name) => row[name]).find((value) => value !== undefined) ?? '';
}

/** Fields that the list shows in columns, or that only say where a record is kept. */
const notInMessage = new Set(['host.name', 'service.name']);

function fieldsAsMessage(row: Row): string {
  return Object.entries(row)
    .filter(([name]) => !name.startsWith('_') && !notInMessage.has(name))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

/** Makes a list row of a result row; `fallback` names it when it has no `_record_id`. */
export function toRecord(row: Row, fallback: string): LogRecord {
  return {
    id: row._record_id ?? fallback,
    time: Date.parse(row._time ?? ''),
    severity: isSeverity(row._severity) ? row._severity : '',
    host: firstOf(row, hostNames),
    service: firstOf(row, serviceNames),
    message: row._msg ?? fieldsAsMessage(row),
    row,
  };
}

/** Reports whether rows are log lines, and not a table that pipes such as stats made. */
export function areLines(rows: readonly LogRecord[]): boolean {
  const first = rows[0]?.row;
  if (!first) return true;
  return first._record_id !== undefined || (first._time !== undefined && first._msg !== undefined);
}

// docs/fields.md, "Reserved names"; any other name is the sender's, also one that begins with an underscore.
const reserved = new Set([
  '_time',
  '_stream',
  '_stream_id',
  '_dataset',
  '_severity',
  '_observed',
  '_source',
  '_format',
  '_pattern',
  '_record_id',
]);

/** A record's fields but the message, in two groups: what the sender said, and what Haetae says about the record. */
export function fieldGroups(row: Row): { sent: [string, string][]; ours: [string, string][] } {
  const sent: [string, string][] = [];
  const ours: [string, string][] = [];
  for (const [name, value] of Object.entries(row)) {
    if (name === '_msg') continue;
    if (reserved.has(name)) ours.push([name, value]);
    else sent.push([name, value]);
  }
  return { sent, ours };
}
