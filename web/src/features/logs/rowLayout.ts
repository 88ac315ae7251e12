import { plainText } from './ansi';
import type { LogRecord } from './record';

/** How rows are laid out, in px. */
export interface RowLayout {
  /** Height of a row whose message has one line. */
  row: number;
  /** Height of each further line. */
  line: number;
}

const layouts = {
  desktop: { compact: { row: 22, line: 18 }, roomy: { row: 30, line: 19 } },
  phone: { compact: { row: 46, line: 18 }, roomy: { row: 54, line: 19 } },
};

/** Returns how rows are laid out; LogRow.module.css has the same heights. */
export function rowLayout(phone: boolean, roomy: boolean): RowLayout {
  return layouts[phone ? 'phone' : 'desktop'][roomy ? 'roomy' : 'compact'];
}

/** A line of the list is never longer; the whole message is in the opened row. */
export const shownChars = 1000;
/** Lines of a message that wraps, at most. */
export const shownLines = 4;

// Widths of characters of the log's font in px: of half and full width.
const half = 7.25;
const full = 12.1;

/** Returns how many lines a wrapped message needs in a column of this width, up to `shownLines`. */
export function wrappedLines(message: string, width: number): number {
  let lines = 0;
  for (const line of plainText(message.slice(0, shownChars)).split('\n')) {
    lines += Math.max(1, Math.ceil(textWidth(line) / Math.max(full, width)));
    if (lines >= shownLines) return shownLines;
  }
  return lines;
}

function textWidth(text: string): number {
  const wide = text.match(/[^\t -\u024f]/g)?.length ?? 0;
  return wide * full + (text.length - wide) * half;
}

/** Returns the heights of rows whose messages wrap. */
export function wrappedHeights(
  rows: readonly LogRecord[],
  width: number,
  { row, line }: RowLayout,
): number[] {
  return rows.map(({ message }) => row + (wrappedLines(message, width) - 1) * line);
}
