import { unquote } from './quote';
import type { Token } from './tokens';

/** Fields that rows have behind some pipes. */
export interface KnownFields {
  /** Fields that the pipes made or kept by name. */
  made: string[];
  /** The rows have no others. */
  only: boolean;
}

// These answer with rows of their own.
const ownRows = new Set(['stats', 'count', 'top', 'uniq', 'field_names', 'field_values', 'facets']);
const keepers = new Set(['fields', 'keep']);
const named = /<(?:[a-z]+:)?([A-Za-z_][\w.]*)>|\(\?P?<([A-Za-z_]\w*)>/g;

/** Follows the fields of rows through the pipes whose tokens are given, the filter before them included. */
export function fieldsBehind(text: string, tokens: readonly Token[]): KnownFields {
  let known: KnownFields = { made: [], only: false };
  let part: Token[] = [];
  let inPipe = false;
  const end = () => {
    if (inPipe) known = behind(text, part, known);
    part = [];
  };
  for (const token of tokens) {
    if (token.kind === 'pipe') {
      end();
      inPipe = true;
    } else part.push(token);
  }
  end();
  return known;
}

function behind(text: string, part: readonly Token[], before: KnownFields): KnownFields {
  const word = (token: Token) => text.slice(token.from, token.to);
  const name = part[0] ? word(part[0]).toLowerCase() : '';
  const made: string[] = [];
  part.forEach((token, i) => {
    const lead = part[i - 1];
    if (lead && word(lead).toLowerCase() === 'as') made.push(unquote(word(token)));
    if (token.kind === 'string' && name.startsWith('extract')) {
      for (const found of unquote(word(token)).matchAll(named)) {
        made.push(found[1] ?? found[2] ?? '');
      }
    }
  });
  if (name === 'top' || name === 'field_values') made.push('hits');
  if (ownRows.has(name) || keepers.has(name)) {
    const kept = part
      .filter(({ kind }, i) => i > 0 && kind === 'field')
      .map((t) => unquote(word(t)));
    return { made: [...new Set([...kept, ...made])], only: true };
  }
  return { made: [...new Set([...before.made, ...made])], only: before.only };
}
