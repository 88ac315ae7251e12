import type { ValueHits } from '../../../api/select';
import { tokenize } from './tokens';

/** Where completion gets its words. */
export interface Completer {
  /** Field names of the records in the page's window. */
  fields: () => Promise<ValueHits[]>;
  /** Values of a field in the page's window, most frequent first. */
  values: (field: string) => Promise<ValueHits[]>;
}

/** What could stand at the caret. */
export type Place =
  | { kind: 'field'; from: number }
  | { kind: 'value'; field: string; from: number }
  | { kind: 'pipe'; from: number };

/** Pipes that completion offers. */
export const pipeNames = [
  'count',
  'extract',
  'field_names',
  'field_values',
  'fields',
  'filter',
  'limit',
  'offset',
  'sort by',
  'stats by',
  'top',
  'uniq by',
  'unpack_json',
] as const;

function unquote(name: string): string {
  if (!/^["']/.test(name)) return name;
  try {
    return String(JSON.parse(name));
  } catch {
    return name.slice(1, -1);
  }
}

/** Tells what is being typed at the caret; null inside a string, or where nothing can be offered. */
export function placeAt(text: string, caret: number): Place | null {
  const tokens = tokenize(text.slice(0, caret)).filter(({ kind }) => kind !== 'comment');
  const last = tokens.at(-1);
  if (!last) return { kind: 'field', from: caret };
  const word = ['word', 'number', 'keyword', 'field'].includes(last.kind);
  const from = word ? last.from : caret;
  const lead = word ? tokens.at(-2) : last;
  const before = tokens.filter(({ kind, to }) => kind !== 'space' && to <= from).at(-1);
  if (before?.kind === 'pipe') return { kind: 'pipe', from };
  if (tokens.some(({ kind }) => kind === 'pipe')) return null;
  if (lead?.kind === 'operator') {
    const index = tokens.indexOf(lead);
    const name = tokens.slice(0, index).findLast(({ kind }) => kind === 'field');
    if (!name || name.to < (tokens[index - 1]?.from ?? 0)) return null;
    return { kind: 'value', field: unquote(text.slice(name.from, name.to)), from };
  }
  if (last.kind === 'string' || last.kind === 'close') return null;
  return { kind: 'field', from };
}

/** Writes a value as it may stand behind "field:". */
export function valueText(value: string): string {
  const bare =
    /^[\w./@][\w./@-]*$/.test(value) && !/^(?:and|or|not|in|range|re|exact)$/i.test(value);
  return bare ? value : JSON.stringify(value);
}
