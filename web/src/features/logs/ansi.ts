/** A piece of a message in one style. */
export interface StyledText {
  text: string;
  /** One of the eight colours of a terminal, by the name of its style; none is the text's own colour. */
  colour?: TerminalColour | undefined;
  bold?: boolean | undefined;
  dim?: boolean | undefined;
  underline?: boolean | undefined;
}

const colours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
export type TerminalColour = (typeof colours)[number];

// ECMA-48, 5.4: a control sequence ends with its final byte. Only SGR, which ends with m, has a meaning in a log line.
/** Begins an escape sequence. */
export const esc = '\u001b';
const bell = '\u0007';
const title = `\\][^${bell}${esc}]*(?:${bell}|${esc}\\\\)?`;
const sequence = new RegExp(`${esc}(?:\\[([0-9;:]*)[ -/]*([@-~])?|${title}|[^[\\]])?`, 'g');

/** Splits text at its escape sequences into pieces of one style. Sequences that mean nothing here, and backgrounds, are dropped. */
export function parseAnsi(text: string): StyledText[] {
  if (!text.includes(esc)) return [{ text }];
  const pieces: StyledText[] = [];
  let style: Omit<StyledText, 'text'> = {};
  let from = 0;
  const take = (to: number) => {
    if (to > from) pieces.push({ ...style, text: text.slice(from, to) });
  };
  for (const match of text.matchAll(sequence)) {
    take(match.index);
    from = match.index + match[0].length;
    if (match[2] === 'm') style = withCodes(style, match[1] ?? '');
  }
  take(text.length);
  return pieces;
}

/** Returns text without its escape sequences. */
export function plainText(text: string): string {
  return text.includes(esc) ? text.replace(sequence, '') : text;
}

function withCodes(style: Omit<StyledText, 'text'>, codes: string): Omit<StyledText, 'text'> {
  let next = { ...style };
  const list = codes.split(/[;:]/).map(Number);
  for (let i = 0; i < list.length; i++) {
    const code = list[i] ?? 0;
    if (code === 0) next = {};
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 4) next.underline = true;
    else if (code === 22) next = { ...next, bold: undefined, dim: undefined };
    else if (code === 24) next.underline = undefined;
    else if (code === 39) next.colour = undefined;
    else if (code >= 30 && code <= 37) next.colour = colours[code - 30];
    else if (code >= 90 && code <= 97) next.colour = colours[code - 90];
    // Colours beyond the sixteen have arguments, which are no codes of their own.
    else if (code === 38 || code === 48) i += list[i + 1] === 5 ? 2 : 4;
  }
  return next;
}
