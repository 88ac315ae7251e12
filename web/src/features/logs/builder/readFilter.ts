import { splitTerms } from '../query/edit';
import { unquote } from '../query/quote';
import { type Token, tokenize } from '../query/tokens';
import type { BuilderTerm, Condition, Operator } from './model';

const comparisons: Readonly<Record<string, { operator: Operator; not: boolean }>> = {
  ':': { operator: 'has', not: false },
  ':=': { operator: 'is', not: false },
  '=': { operator: 'is', not: false },
  '!=': { operator: 'is', not: true },
  ':!=': { operator: 'is', not: true },
  ':~': { operator: 'pattern', not: false },
  '~': { operator: 'pattern', not: false },
  '!~': { operator: 'pattern', not: true },
  ':>': { operator: 'more', not: false },
  '>': { operator: 'more', not: false },
  ':>=': { operator: 'atLeast', not: false },
  '>=': { operator: 'atLeast', not: false },
  ':<': { operator: 'less', not: false },
  '<': { operator: 'less', not: false },
  ':<=': { operator: 'atMost', not: false },
  '<=': { operator: 'atMost', not: false },
};
// These have a meaning of their own behind the colon.
const special = new Set(['_time', '_stream', '_dataset']);

/** Reads a filter as groups of terms; what no chip can show in parts stays a term as it is written. */
export function readFilter(filter: string): BuilderTerm[][] {
  const text = filter.trim();
  if (text === '' || text === '*') return [];
  const { all, alternatives } = splitTerms(text);
  return alternatives ? [readGroup(text)] : all.map(readGroup);
}

/** Reads "a or b", with or without parentheses around it. */
function readGroup(text: string): BuilderTerm[] {
  const within = /^\((.*)\)$/s.exec(text)?.[1];
  const inner = within !== undefined && isBalanced(within) ? within : undefined;
  const parts = splitAlternatives(inner ?? text);
  const simple = parts.every((part) => {
    const { all, alternatives } = splitTerms(part);
    return !alternatives && all.length === 1;
  });
  // In parentheses, since it may get other terms beside it.
  if (!simple) return [{ written: inner === undefined && parts.length > 1 ? `(${text})` : text }];
  return parts.map(readTerm);
}

function isBalanced(text: string): boolean {
  let depth = 0;
  return tokenize(text).every(({ kind }) => {
    if (kind === 'open') depth++;
    if (kind === 'close') depth--;
    return depth >= 0;
  });
}

function splitAlternatives(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { kind, from, to } of tokenize(text)) {
    if (kind === 'open') depth++;
    if (kind === 'close') depth--;
    if (depth === 0 && kind === 'keyword' && text.slice(from, to).toLowerCase() === 'or') {
      parts.push(text.slice(start, from).trim());
      start = to;
    }
  }
  return [...parts, text.slice(start).trim()];
}

/** Reads one term. */
export function readTerm(text: string): BuilderTerm {
  const tokens = tokenize(text).filter(({ kind }) => kind !== 'space');
  let not = false;
  while (tokens[0] && isNot(text, tokens[0])) {
    not = !not;
    tokens.shift();
  }
  const read = readCondition(text, tokens);
  return read ? { ...read, not: read.not !== not } : { written: text };
}

function isNot(text: string, { kind, from, to }: Token): boolean {
  return (
    kind === 'negation' || (kind === 'keyword' && text.slice(from, to).toLowerCase() === 'not')
  );
}

function readCondition(text: string, tokens: readonly Token[]): Condition | null {
  const word = (token: Token | undefined) => (token ? text.slice(token.from, token.to) : '');
  const named = tokens[0]?.kind === 'field';
  const field = named ? unquote(word(tokens[0])) : '_msg';
  if (special.has(field)) return null;
  const rest = named ? tokens.slice(1) : tokens;
  const value = rest.findIndex(({ kind }) => kind !== 'operator');
  const signs = rest
    .slice(0, value < 0 ? undefined : value)
    .map(word)
    .join('');
  if (value < 0) {
    return named && signs === ':*' ? { field, operator: 'there', value: '', not: false } : null;
  }
  const valueToken = rest[value];
  if (!valueToken || !['word', 'number', 'string'].includes(valueToken.kind)) return null;
  const behind = rest
    .slice(value + 1)
    .map(word)
    .join('');
  const found = signs === '' && !named ? comparisons[':'] : comparisons[signs];
  if (!found) return null;
  const said = unquote(word(valueToken));
  if (behind === '*' && found.operator === 'is')
    return { field, ...found, operator: 'starts', value: said };
  if (behind !== '') return null;
  if (said === '') {
    const empty = found.operator === 'has' || found.operator === 'is';
    return empty && named ? { field, operator: 'missing', value: '', not: found.not } : null;
  }
  return { field, ...found, value: said };
}
