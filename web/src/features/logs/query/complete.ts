import type { components } from '../../../api/schema';
import type { ValueHits } from '../../../api/select';
import { fieldsBehind } from './pipeFields';
import { unquote } from './quote';
import { type Token, tokenize } from './tokens';

/** The words of the language as the server knows them. */
export type Language = components['schemas']['Language'];

/** Where completion gets its words. */
export interface Completer {
  /** Field names of the records in the page's window. */
  fields: () => Promise<ValueHits[]>;
  /** Values of a field in the page's window that hold the text, most frequent first. */
  values: (field: string, text: string) => Promise<ValueHits[]>;
  language: () => Promise<Language>;
}

/** What could stand at the caret. `from` is where the word being typed begins. */
export type Place =
  /** A filter: a field's name or a function. */
  | { kind: 'filter'; from: number }
  /** A field's name alone; `names` are those that the pipes before leave, null when also all of the records. */
  | { kind: 'field'; from: number; made: string[]; only: boolean }
  /** A field of a stream selector. */
  | { kind: 'label'; from: number }
  /** A value; `quoted` when it stands in quotes, which begin at `start`. */
  | { kind: 'value'; field: string; from: number; start: number; quoted: boolean; stream: boolean }
  | { kind: 'pipe'; from: number }
  /** A function of stats. */
  | { kind: 'stats'; from: number };

const words = new Set(['word', 'number', 'keyword', 'field', 'function']);

/** Tells what is being typed at the caret; null where nothing can be offered. */
export function placeAt(text: string, caret: number): Place | null {
  const before = tokenize(text.slice(0, caret));
  if (before.at(-1)?.kind === 'comment') return null;
  const tokens = before.filter(({ kind }) => kind !== 'comment');
  const last = tokens.at(-1);
  const open = last?.kind === 'string' && !isClosed(text.slice(last.from, last.to));
  if (last?.kind === 'string' && !open) return null;
  const typed = last && (open || words.has(last.kind)) ? last : undefined;
  const from = typed ? typed.from : caret;
  const done = (typed ? tokens.slice(0, -1) : tokens).filter(({ kind }) => kind !== 'space');
  const lead = done.at(-1);
  if (lead?.kind === 'pipe') return open ? null : { kind: 'pipe', from };

  const pipe = done.findLastIndex(({ kind }) => kind === 'pipe');
  const part = done.slice(pipe + 1);
  const name = pipe < 0 ? '' : textOf(text, part[0]).toLowerCase();
  const value = valuePlace(text, part, from, open);
  if (pipe >= 0 && name !== 'filter' && name !== 'where') {
    // A bucket such as _time:5m stands behind an operator too.
    if (open || value) return null;
    return pipePlace(text, name, part, from, done.slice(0, pipe));
  }
  if (value) return value;
  if (open || (last?.kind === 'close' && !typed)) return null;
  return depthOf(part, '{', text) > 0 ? { kind: 'label', from } : { kind: 'filter', from };
}

function textOf(text: string, token: Token | undefined): string {
  return token ? text.slice(token.from, token.to) : '';
}

function isClosed(quoted: string): boolean {
  return /^(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)$/s.test(quoted);
}

/** How many brackets of a kind are open behind the tokens. */
function depthOf(tokens: readonly Token[], bracket: string, text: string): number {
  const end = bracket === '{' ? '}' : ')';
  let depth = 0;
  for (const token of tokens) {
    const sign = textOf(text, token);
    if (token.kind === 'open' && sign === bracket) depth++;
    if (token.kind === 'close' && sign === end) depth--;
  }
  return depth;
}

const takesValues = new Set(
  'in not_in contains_any contains_all contains_common_case equals_common_case exact i seq'.split(
    ' ',
  ),
);

/** The place behind `field:`, `field:=`, and within `field:in(a, `. */
function valuePlace(
  text: string,
  part: readonly Token[],
  from: number,
  quoted: boolean,
): Place | null {
  let i = part.length - 1;
  const sign = textOf(text, part[i]);
  if (sign === '(' || sign === ',') {
    // Back to what opened the list.
    while (i >= 0 && textOf(text, part[i]) !== '(') i--;
    i--;
    if (!takesValues.has(textOf(text, part[i]))) return null;
    i--;
  } else if (part[i]?.kind !== 'operator') return null;
  while (i >= 0 && part[i]?.kind === 'operator') i--;
  const field = part[i];
  if (field?.kind !== 'field' && field?.kind !== 'word') return null;
  const stream = depthOf(part, '{', text) > 0;
  return {
    kind: 'value',
    field: unquote(textOf(text, field)),
    from: quoted ? from + 1 : from,
    start: from,
    quoted,
    stream,
  };
}

const statsLike = new Set(['stats', 'by']);
const fieldPipes = new Set(
  'copy cp delete drop rm facets field_values fields keep first last math eval rename mv'.split(
    ' ',
  ),
);

/** The place within a pipe that is no filter. */
function pipePlace(
  text: string,
  name: string,
  part: readonly Token[],
  from: number,
  before: readonly Token[],
): Place | null {
  const lead = part.at(-1);
  const word = textOf(text, lead).toLowerCase();
  const inside = depthOf(part, '(', text) > 0;
  const fields: Place = { kind: 'field', from, ...fieldsBehind(text, before) };
  if (word === 'as') return null;
  if (inside) return fields;
  if (word === 'from' || word === 'at' || word === 'by') return fields;
  if (statsLike.has(name)) {
    const begins = word === 'stats' || word === ',' || lead?.kind === 'close';
    return begins ? { kind: 'stats', from } : null;
  }
  return fieldPipes.has(name) && (part.length === 1 || word === ',') ? fields : null;
}

/** Writes a value as it may stand behind "field:". */
export function valueText(value: string): string {
  const bare =
    /^[\w./@][\w./@-]*$/.test(value) && !/^(?:and|or|not|in|range|re|exact)$/i.test(value);
  return bare ? value : JSON.stringify(value);
}
