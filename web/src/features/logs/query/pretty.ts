import { type Token, tokenize } from './tokens';

/** Writes the query with each pipe on a line of its own; a query that stands so already becomes one line. */
export function formatQuery(query: string): string {
  const lines = inLines(query);
  return lines === query.trim() && !query.includes('#') ? joined(query) : lines;
}

/** Reports whether lines would make the query easier to read, or are in it. */
export function canFormat(query: string): boolean {
  return tokenize(query).some(({ kind }) => kind === 'pipe') || query.includes('\n');
}

function joined(query: string): string {
  return write(query, () => ' ');
}

function inLines(query: string): string {
  let depth = 0;
  return write(query, (_, next) => {
    if (next.kind === 'open') depth++;
    if (next.kind === 'close') depth--;
    return next.kind === 'pipe' && depth === 0 ? '\n' : ' ';
  });
}

/** Writes the tokens with what `between` puts where white space stood, or where a pipe follows without any. */
function write(query: string, between: (before: Token, next: Token) => string): string {
  const tokens = tokenize(query.trim());
  const text = query.trim();
  let out = '';
  let spaced = false;
  let before: Token | undefined;
  for (const token of tokens) {
    if (token.kind === 'space') {
      spaced = true;
      continue;
    }
    if (before) {
      const gap = between(before, token);
      // A comment ends with its line, and its own line ends are its reader's.
      if (before.kind === 'comment') out += '\n';
      else if (spaced || token.kind === 'pipe' || before.kind === 'pipe') out += gap;
    }
    out += text.slice(token.from, token.to);
    before = token;
    spaced = false;
  }
  return out;
}
