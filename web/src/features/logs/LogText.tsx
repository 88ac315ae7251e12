import { Fragment, memo, type ReactNode } from 'react';
import { parseAnsi, type StyledText } from './ansi';
import type { Hit } from './highlights/highlights';
import css from './LogText.module.css';

interface LogTextProps {
  text: string;
  /** Words to mark. It has one group. */
  pattern?: RegExp | null | undefined;
  /** What highlights the text. */
  hit?: Hit | null | undefined;
  /** All in one line: a mark stands where the text begins a new one. */
  oneLine?: boolean;
}

const lineMark = ' ↵ ';
const lineBreak = /\s*[\r\n]+\s*/;

/** The text of a log line: with the colours that its sender gave it, and with the words that were looked for marked. */
export const LogText = memo((props: LogTextProps) => {
  const { text, pattern = null, hit = null, oneLine = false } = props;
  const show = (line: string) => highlighted(line, hit, pattern);
  return parseAnsi(text).map((piece, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no other name
    <Fragment key={i}>
      {styled(piece, oneLine ? joined(piece.text, show) : show(piece.text))}
    </Fragment>
  ));
});

function styled({ colour, bold, dim, underline }: StyledText, content: ReactNode): ReactNode {
  const names = [colour, bold && 'bold', dim && 'dim', underline && 'underline'];
  const classes = names.flatMap((name) => (name ? [css[name]] : []));
  return classes.length === 0 ? content : <span className={classes.join(' ')}>{content}</span>;
}

function joined(text: string, show: (line: string) => ReactNode): ReactNode {
  if (!/[\r\n]/.test(text)) return show(text);
  return text.split(lineBreak).map((line, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text have no other name
    <Fragment key={i}>
      {i > 0 && <span className={css.break}>{lineMark}</span>}
      {show(line)}
    </Fragment>
  ));
}

function highlighted(text: string, hit: Hit | null, pattern: RegExp | null): ReactNode {
  if (!hit) return marked(text, pattern);
  // As below: every second part is a match.
  return text.split(hit.pattern).map((part, i) => {
    const content = marked(part, pattern);
    return i % 2 === 0 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have no other name
      <Fragment key={i}>{content}</Fragment>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: as above
      <span key={i} className={css.hit}>
        {content}
      </span>
    );
  });
}

function marked(text: string, pattern: RegExp | null): ReactNode {
  if (!pattern) return text;
  // The pattern has one group, so that every second part is a match.
  const parts = text.split(pattern);
  if (parts.length === 1) return text;
  // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have no other name
  return parts.map((part, i) => (i % 2 === 1 ? <mark key={i}>{part}</mark> : part));
}
