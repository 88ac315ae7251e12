import { Fragment, memo, type ReactNode } from 'react';
import { parseAnsi, type StyledText } from './ansi';
import css from './LogText.module.css';

interface LogTextProps {
  text: string;
  /** Words to mark. It has one group. */
  pattern?: RegExp | null | undefined;
  /** All in one line: a mark stands where the text begins a new one. */
  oneLine?: boolean;
}

const lineMark = ' ↵ ';
const lineBreak = /\s*[\r\n]+\s*/;

/** The text of a log line: with the colours that its sender gave it, and with the words that were looked for marked. */
export const LogText = memo(({ text, pattern = null, oneLine = false }: LogTextProps) =>
  parseAnsi(text).map((piece, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no other name
    <Fragment key={i}>{styled(piece, lines(piece.text, pattern, oneLine))}</Fragment>
  )),
);

function styled({ colour, bold, dim, underline }: StyledText, content: ReactNode): ReactNode {
  const names = [colour, bold && 'bold', dim && 'dim', underline && 'underline'];
  const classes = names.flatMap((name) => (name ? [css[name]] : []));
  return classes.length === 0 ? content : <span className={classes.join(' ')}>{content}</span>;
}

function lines(text: string, pattern: RegExp | null, oneLine: boolean): ReactNode {
  if (!oneLine || !/[\r\n]/.test(text)) return marked(text, pattern);
  return text.split(lineBreak).map((line, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text have no other name
    <Fragment key={i}>
      {i > 0 && <span className={css.break}>{lineMark}</span>}
      {marked(line, pattern)}
    </Fragment>
  ));
}

function marked(text: string, pattern: RegExp | null): ReactNode {
  if (!pattern) return text;
  // The pattern has one group, so that every second part is a match.
  const parts = text.split(pattern);
  if (parts.length === 1) return text;
  // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have no other name
  return parts.map((part, i) => (i % 2 === 1 ? <mark key={i}>{part}</mark> : part));
}
