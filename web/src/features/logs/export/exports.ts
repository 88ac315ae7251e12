import { useSyncExternalStore } from 'react';
import { quoteName } from '../query/quote';
import { hostNames, serviceNames } from '../record';

/** What is exported, and how. */
export interface ExportRequest {
  query: string;
  /** Window of event time in ms, the end exclusive. */
  start: number;
  end: number;
  format: ExportFormat;
  /** Columns; `*` alone for all, empty for those that the format usually has. */
  fields: readonly string[];
  /** Rows at most; 0 for all. */
  limit: number;
}

export const exportFormats = ['jsonl', 'csv', 'plain'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** An export that was begun on this page. */
export interface BegunExport {
  id: string;
  query: string;
  format: ExportFormat;
  /** When, in ms. */
  at: number;
}

let begun: readonly BegunExport[] = [];
const watchers = new Set<() => void>();

function keep(next: readonly BegunExport[]): void {
  begun = next;
  for (const watcher of watchers) watcher();
}

/**
 * Returns the query whose rows have in the chosen columns what the list shows there: where a row lacks `host.name` or
 * `service.name`, another name of its host or service.
 */
export function withOtherNames(query: string, fields: readonly string[]): string {
  const pipes = [hostNames, serviceNames].flatMap(([name, ...others]) =>
    fields.includes(name)
      ? others.map(
          (other) => `| format if (${quoteName(name)}:"") "<${other}>" as ${quoteName(name)}`,
        )
      : [],
  );
  return [query, ...pipes].join(' ');
}

/** Writes the address from which the browser downloads an export. */
export function exportAddress(request: ExportRequest, id: string): string {
  const { query, start, end, format, fields, limit } = request;
  const params = new URLSearchParams({
    query: withOtherNames(query, fields),
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
    format,
    id,
  });
  if (format === 'csv') params.set('bom', 'true');
  if (fields.length > 0) params.set('fields', fields.join(','));
  if (limit > 0) params.set('limit', String(limit));
  return `/api/v1/logs/export?${params}`;
}

/** Begins a download that the browser takes to its files; the page goes on meanwhile. */
export function beginExport(request: ExportRequest): void {
  const id = `export-${crypto.randomUUID()}`;
  const link = document.createElement('a');
  link.href = exportAddress(request, id);
  link.download = '';
  link.click();
  const { query, format } = request;
  keep([...begun, { id, query, format, at: Date.now() }]);
}

/** Takes an export off the page; one that runs goes on. */
export function dismissExport(id: string): void {
  keep(begun.filter((one) => one.id !== id));
}

/** The exports that were begun on this page and not taken off it. */
export function useExports(): readonly BegunExport[] {
  return useSyncExternalStore(
    (changed) => {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    () => begun,
  );
}
