/** What a part of a query is, as far as colours and editing need to know. */
export type TokenKind =
  | 'space'
  | 'comment'
  | 'string'
  | 'field'
  | 'keyword'
  | 'negation'
  | 'operator'
  | 'number'
  | 'open'
  | 'close'
  | 'pipe'
  | 'word';

/** text.slice(from, to) of a query. */
export interface Token {
  kind: TokenKind;
  from: number;
  to: number;
}

const spaces = /\s+/y;
const comment = /#[^\n]*/y;
const quoted = /"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|`[^`]*`?/y;
// Bare words hold what the language's parser takes without quotes.
const bare = /[^\s"'`()[\]{},|:=!<>~*]+/y;
const comparison = /!=|!~|=~|<=|>=|[:=<>~,*]/y;
const keywords = new Set(['and', 'or', 'not', 'by', 'as', 'asc', 'desc', 'if']);
const numeric = /^-?\d[\d.,_]*(?:[a-zA-Zµ%]{0,3})$/;

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

/**
 * Splits a query into tokens that cover it without a gap. It never fails: what the server would refuse still gets tokens,
 * since it is called while a person types.
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let braces = 0;
  let at = 0;
  const add = (kind: TokenKind, length: number) => {
    tokens.push({ kind, from: at, to: at + length });
    at += length;
  };
  while (at < text.length) {
    const char = text[at] ?? '';
    let found = match(spaces, text, at);
    if (found) {
      add('space', found.length);
      continue;
    }
    found = match(comment, text, at);
    if (found && startsWord(tokens)) {
      add('comment', found.length);
      continue;
    }
    found = match(quoted, text, at);
    if (found) {
      add(isName(text, at + found.length, braces) ? 'field' : 'string', found.length);
      continue;
    }
    if (char === '|') {
      add('pipe', 1);
    } else if ('([{'.includes(char)) {
      if (char === '{') braces++;
      add('open', 1);
    } else if (')]}'.includes(char)) {
      if (char === '}') braces = Math.max(0, braces - 1);
      add('close', 1);
    } else if (char === '-' && startsWord(tokens)) {
      add('negation', 1);
    } else {
      found = match(comparison, text, at);
      if (found) {
        add('operator', found.length);
      } else if (char === '!') {
        add('negation', 1);
      } else {
        found = match(bare, text, at) ?? char;
        add(wordKind(text, at, found, braces, tokens), found.length);
      }
    }
  }
  return tokens;
}

function startsWord(tokens: readonly Token[]): boolean {
  const last = tokens.at(-1);
  return !last || ['space', 'open', 'pipe', 'negation', 'comment'].includes(last.kind);
}

function isName(text: string, end: number, braces: number): boolean {
  const next = text[end];
  if (next === undefined) return false;
  return braces > 0 ? /[=!~]/.test(next) : /[:=<>~]/.test(next);
}

function wordKind(
  text: string,
  at: number,
  word: string,
  braces: number,
  before: readonly Token[],
): TokenKind {
  if (isName(text, at + word.length, braces)) return 'field';
  const lead = before.findLast((token) => token.kind !== 'space');
  if (lead?.kind === 'pipe' || keywords.has(word.toLowerCase())) return 'keyword';
  return numeric.test(word) ? 'number' : 'word';
}
