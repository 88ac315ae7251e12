import { useCallback, useState } from 'react';
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

/** Fields that stand before the message without a choice, when a row has them. */
export const usualFields = ['_severity', 'host.name', 'service.name'];

/** Returns the fields whose columns stand before the message, in order. */
export function shownFields(
  cols: string | undefined,
  columns: Columns = allColumns,
): readonly string[] {
  if (cols !== undefined) return cols.split(',').filter((name) => name !== '' && name !== noField);
  return usualFields.filter(
    (name) =>
      (name !== '_severity' || columns.severity) && (name !== 'service.name' || columns.service),
  );
}

// In the URL for a list without any column, where an empty text would mean no choice.
const noField = '-';

/** Writes the chosen fields as the URL holds them; undefined for the usual ones. */
export function colsOf(fields: readonly string[]): string | undefined {
  const cols = fields.join(',');
  if (cols === usualFields.join(',')) return undefined;
  return cols === '' ? noField : cols;
}

/** Adds a column to those that the URL holds, or takes it away. */
export function toggleColumn(cols: string | undefined, field: string): string | undefined {
  const fields = shownFields(cols);
  return colsOf(fields.includes(field) ? fields.filter((f) => f !== field) : [...fields, field]);
}

/** Puts a column in the place of another one; those between move on. */
export function moveColumn(fields: readonly string[], field: string, to: number): string[] {
  const rest = fields.filter((name) => name !== field);
  rest.splice(Math.max(0, Math.min(rest.length, to)), 0, field);
  return rest;
}

/** Returns what a record shows in a column. */
export function cellText(record: LogRecord, field: string): string {
  if (field === '_severity') return record.severity.toUpperCase();
  if (field === 'host.name') return record.host;
  if (field === 'service.name') return record.service;
  return record.row[field] ?? '';
}

const widths = { least: 40, most: 800, other: 130 };
const usualWidths: Readonly<Record<string, number>> = {
  _severity: 44,
  'host.name': 110,
  'service.name': 120,
};

/** Returns how wide a column is when nobody has changed it, in px. */
export function usualWidth(field: string, columns: Columns): number {
  // A long host takes the room of a service that no row has.
  if (field === 'host.name' && columns.longHost && !columns.service) return 220;
  return usualWidths[field] ?? widths.other;
}

const storageKey = 'haetae.columnWidths';
type Widths = Readonly<Record<string, number>>;

/** Reads the stored widths, in px; those that are none are left out. */
export function parseWidths(stored: string | null): Widths {
  try {
    const value: unknown = JSON.parse(stored ?? '{}');
    const entries = Object.entries(value ?? {}).filter(([, width]) => typeof width === 'number');
    return Object.fromEntries(entries.map(([field, width]) => [field, bounded(width)]));
  } catch {
    return {};
  }
}

function bounded(width: number): number {
  return Math.round(Math.max(widths.least, Math.min(widths.most, width)));
}

function readWidths(): Widths {
  try {
    return parseWidths(localStorage.getItem(storageKey));
  } catch {
    return {};
  }
}

/** Returns the widths of columns that were changed in this browser, and how to change one. */
export function useColumnWidths(): [Widths, (field: string, width: number) => void] {
  const [changed, setChanged] = useState(readWidths);
  const change = useCallback((field: string, width: number) => {
    const next = { ...readWidths(), [field]: bounded(width) };
    setChanged(next);
    try {
      localStorage.setItem(storageKey, JSON.stringify(next));
    } catch {
      // The width then lasts as long as the page.
    }
  }, []);
  return [changed, change];
}
