import type { Row } from '../../../api/rows';

// What a spreadsheet would take for a formula.
const formula = /^[=+\-@\t\r]/;
const number = /^[+-]?\d[\d.]*(?:e[+-]?\d+)?$/i;

function cell(text: string): string {
  const safe = formula.test(text) && !number.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// Without it Excel does not read the file as UTF-8.
const byteOrderMark = '\ufeff';

/** Writes rows as CSV (RFC 4180) with a header; a cell that a spreadsheet would run as a formula gets an apostrophe before it. */
export function toCSV(columns: readonly string[], rows: readonly Row[]): string {
  const lines = [columns, ...rows.map((row) => columns.map((name) => row[name] ?? ''))];
  return byteOrderMark + lines.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}
