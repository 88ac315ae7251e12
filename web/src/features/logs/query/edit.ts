import { quoteName } from './quote';
import { type Token, tokenize } from './tokens';

/** A query cut at its first pipe; `pipes` begins with the pipe and is empty when there is none. */
export interface QueryParts {
  filter: string;
  pipes: string;
}

/** Parts the filter from the pipes behind it. */
export function splitPipes(query: string): QueryParts {
  let depth = 0;
  for (const { kind, from } of tokenize(query)) {
    if (kind === 'open') depth++;
    else if (kind === 'close') depth--;
    else if (kind === 'pipe' && depth <= 0) {
      return { filter: query.slice(0, from).trim(), pipes: query.slice(from).trim() };
    }
  }
  return { filter: query.trim(), pipes: '' };
}

/** Returns the filter alone, `*` when everything is asked for. */
export function filterOf(query: string): string {
  return splitPipes(query).filter || '*';
}

/** Writes the filter that only records with exactly this value pass; an empty value means that the field is missing. */
export function exactTerm(field: string, value: string): string {
  if (value === '') return `${quoteName(field)}:""`;
  return `${quoteName(field)}:=${/^\d+$/.test(value) ? value : JSON.stringify(value)}`;
}

export interface Terms {
  /** Filters that must all match, in their order. */
  all: string[];
  /** The filter has alternatives outside of parentheses, so that it is one term. */
  alternatives: boolean;
}

/** Splits a filter into the terms that are joined by "and" or by a space. */
export function splitTerms(filter: string): Terms {
  const all: string[] = [];
  let alternatives = false;
  let depth = 0;
  let start = -1;
  const tokens = tokenize(filter);
  const end = (to: number) => {
    if (start >= 0) all.push(filter.slice(start, to));
    start = -1;
  };
  tokens.forEach((token, i) => {
    if (token.kind === 'open') depth++;
    else if (token.kind === 'close') depth--;
    const word = filter.slice(token.from, token.to).toLowerCase();
    if (depth === 0 && token.kind === 'keyword' && word === 'or') alternatives = true;
    if (depth === 0 && token.kind === 'keyword' && word === 'and') {
      end(token.from);
    } else if (depth === 0 && token.kind === 'space' && !bindsAcross(filter, tokens, i)) {
      end(token.from);
    } else if (start < 0 && token.kind !== 'space') {
      start = token.from;
    }
  });
  end(filter.length);
  const trimmed = all.map((term) => term.trim()).filter((term) => term !== '' && term !== '*');
  return alternatives ? { all: [filter.trim()], alternatives } : { all: trimmed, alternatives };
}

/** Reports whether the space at tokens[i] stands inside of one term, as in "not a" and "size: > 3". */
function bindsAcross(filter: string, tokens: readonly Token[], i: number): boolean {
  const before = tokens[i - 1];
  const after = tokens[i + 1];
  if (!before || !after) return false;
  const word = filter.slice(before.from, before.to).toLowerCase();
  if (before.kind === 'negation' || (before.kind === 'keyword' && word === 'not')) return true;
  const next = filter.slice(after.from, after.to).toLowerCase();
  if (before.kind === 'operator' && word !== '*') return true;
  if (word === 'offset' || next === 'offset') return true;
  return after.kind === 'operator' && next !== '*';
}

function join(terms: Terms, pipes: string): string {
  const filter = terms.all.join(' ');
  if (pipes === '') return filter;
  return `${filter || '*'} ${pipes}`;
}

/** Reports whether the query already holds a term as it is. */
export function hasTerm(query: string, term: string): boolean {
  return splitTerms(splitPipes(query).filter).all.includes(term);
}

/**
 * Returns the query with "only this" or "not this" added to its filter. Asked for what it already has, it takes that away;
 * the opposite, and another "only" of the same field, are replaced, since both together match nothing.
 */
export function withTerm(
  query: string,
  field: string,
  value: string,
  mode: 'only' | 'not',
): string {
  const { filter, pipes } = splitPipes(query);
  const terms = splitTerms(filter);
  const only = exactTerm(field, value);
  const wanted = mode === 'only' ? only : `-${only}`;
  if (terms.alternatives) {
    return join({ all: [`(${terms.all[0] ?? ''})`, wanted], alternatives: false }, pipes);
  }
  if (terms.all.includes(wanted)) {
    return join({ ...terms, all: terms.all.filter((term) => term !== wanted) }, pipes);
  }
  const opposite = mode === 'only' ? `-${only}` : only;
  const same = `${quoteName(field)}:=`;
  const kept = terms.all.filter(
    (term) => term !== opposite && !(mode === 'only' && term.startsWith(same) && isOneValue(term)),
  );
  return join({ ...terms, all: [...kept, wanted] }, pipes);
}

function isOneValue(term: string): boolean {
  return tokenize(term).every(({ kind }) => kind !== 'open' && kind !== 'space');
}

/** Puts text in the place of a part of the query. */
export function replacePart(query: string, start: number, end: number, text: string): string {
  return query.slice(0, start) + text + query.slice(end);
}

/** Turns an offset in UTF-8 bytes, as the server counts, into an index of the string. */
export function indexOfByte(text: string, offset: number): number {
  let bytes = 0;
  let index = 0;
  for (const char of text) {
    if (bytes >= offset) break;
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    index += char.length;
  }
  return index;
}
