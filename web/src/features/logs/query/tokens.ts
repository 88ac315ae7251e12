/** What a part of a query is, as far as colours and editing need to know. */
export type TokenKind =
  | 'space'
  | 'comment'
  | 'string'
  | 'field'
  | 'function'
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
const filterKeywords = new Set(['and', 'or', 'not']);
const pipeKeywords = new Set([
  ...['and', 'or', 'not', 'by', 'as', 'asc', 'desc', 'if', 'from', 'at', 'with', 'hits', 'rank'],
  ...['limit', 'offset', 'fields', 'result_prefix', 'keep_original_fields', 'skip_empty_results'],
  ...['max_values_per_field', 'max_value_len', 'keep_const_fields', 'default'],
]);
const filterPipes = new Set(['filter', 'where']);
const numeric = /^-?\d[\d.,_]*(?:[a-zA-Zµ%]{0,3})$/;

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

/** Where the tokenizer stands: how many braces are open, and in which pipe; '' is the filter before the first one. */
interface State {
  braces: number;
  pipe: string;
}

/**
 * Splits a query into tokens that cover it without a gap. It never fails: what the server would refuse still gets tokens,
 * since it is called while a person types.
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const state: State = { braces: 0, pipe: '' };
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
      add(isName(text, at + found.length, state) ? 'field' : 'string', found.length);
      continue;
    }
    if (char === '|') {
      state.pipe = '|';
      add('pipe', 1);
    } else if ('([{'.includes(char)) {
      if (char === '{') state.braces++;
      add('open', 1);
    } else if (')]}'.includes(char)) {
      if (char === '}') state.braces = Math.max(0, state.braces - 1);
      add('close', 1);
    } else if (char === '-' && startsWord(tokens) && isFilter(state)) {
      add('negation', 1);
    } else {
      found = match(comparison, text, at);
      if (found) {
        add('operator', found.length);
      } else if (char === '!') {
        add('negation', 1);
      } else {
        found = match(bare, text, at) ?? char;
        add(wordKind(text, at, found, state, tokens), found.length);
      }
    }
  }
  return tokens;
}

function startsWord(tokens: readonly Token[]): boolean {
  const last = tokens.at(-1);
  return !last || ['space', 'open', 'pipe', 'negation', 'comment'].includes(last.kind);
}

function isFilter({ pipe }: State): boolean {
  return pipe === '' || filterPipes.has(pipe);
}

function isName(text: string, end: number, { braces }: State): boolean {
  if (text.startsWith('!=', end) || text.startsWith('!~', end)) return true;
  const next = text[end] ?? '';
  return braces > 0 ? /[=~]/.test(next) : /[:=<>~]/.test(next);
}

function wordKind(
  text: string,
  at: number,
  word: string,
  state: State,
  before: readonly Token[],
): TokenKind {
  if (isName(text, at + word.length, state)) return 'field';
  const lower = word.toLowerCase();
  const lead = before.findLast((token) => token.kind !== 'space' && token.kind !== 'comment');
  if (lead?.kind === 'pipe') {
    state.pipe = lower;
    return 'keyword';
  }
  const next = text[at + word.length];
  const filter = isFilter(state);
  if ((filter ? filterKeywords : pipeKeywords).has(lower)) return 'keyword';
  if (next === '(' || (next === '[' && filter)) return 'function';
  if (numeric.test(word)) return 'number';
  return filter ? 'word' : 'field';
}
