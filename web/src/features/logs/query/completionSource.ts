import type {
  Completion,
  CompletionContext,
  CompletionResult,
  CompletionSource,
} from '@codemirror/autocomplete';
import type { EditorView } from '@codemirror/view';
import type { TFunction } from 'i18next';
import type { components } from '../../../api/schema';
import { count } from '../../../ui/quantity';
import { type Completer, type Place, placeAt, valueText } from './complete';
import { quoteName } from './quote';

type Word = components['schemas']['Word'];
type Group = 'filter' | 'function' | 'pipe' | 'stats';

/**
 * Offers field names, values with their counts, pipes and functions with a line of help each. It stays silent when the server
 * does not answer.
 */
export function completionSource(
  completer: () => Completer,
  translate: () => TFunction,
): CompletionSource {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const text = context.state.doc.toString();
    const place = placeAt(text, context.pos);
    if (!place) return null;
    // Nothing typed yet: only on demand, or where only few words can stand.
    const begun = place.from < context.pos;
    if (place.kind === 'filter' && !begun && !context.explicit) return null;
    try {
      const typed = text.slice(place.from, context.pos);
      const options = await optionsOf(place, typed, completer(), translate());
      if (options.length === 0) return null;
      // Values are asked for anew with more text: there may be more of them than the server lists.
      return place.kind === 'value'
        ? { from: place.from, options, filter: false }
        : { from: place.from, options, validFor: /^[\w./@-]*$/ };
    } catch {
      return null;
    }
  };
}

async function optionsOf(
  place: Place,
  typed: string,
  completer: Completer,
  t: TFunction,
): Promise<Completion[]> {
  switch (place.kind) {
    case 'value':
      return values(place, typed, completer, t);
    case 'pipe':
      return helped((await completer.language()).pipes ?? [], 'pipe', t('logs.query.pipes'), t);
    case 'stats': {
      const { stats_functions } = await completer.language();
      return helped(stats_functions ?? [], 'stats', t('logs.query.functions'), t);
    }
    case 'label':
      return fields(completer, t, (name) => `${quoteName(name)}="`);
    case 'filter': {
      const { functions } = await completer.language();
      return [
        ...(await fields(completer, t, (name) => `${quoteName(name)}:`)),
        ...helped(functions ?? [], 'function', t('logs.query.functions'), t),
      ];
    }
    case 'field': {
      const section = { name: t('logs.query.made'), rank: 0 };
      const made = place.made.map((label) => ({ label, apply: quoteName(label), section }));
      return place.only ? made : [...made, ...(await fields(completer, t, quoteName))];
    }
  }
}

async function fields(
  completer: Completer,
  t: TFunction,
  written: (name: string) => string,
): Promise<Completion[]> {
  const section = { name: t('logs.query.fields'), rank: 1 };
  const names = await completer.fields();
  return names.map(({ value, hits }) => ({
    label: value,
    apply: written(value),
    detail: count(hits),
    section,
  }));
}

async function values(
  place: Extract<Place, { kind: 'value' }>,
  typed: string,
  completer: Completer,
  t: TFunction,
): Promise<Completion[]> {
  const section = { name: t('logs.query.values', { field: place.field }) };
  const found = await completer.values(place.field, typed);
  return found
    .filter(({ value }) => value !== '')
    .map(({ value, hits }) => {
      const quotes = place.quoted || place.stream;
      return {
        label: value,
        apply: (view: EditorView, _: Completion, __: number, to: number) =>
          put(view, place.start, to, quotes ? JSON.stringify(value) : valueText(value)),
        detail: count(hits),
        section,
      };
    });
}

/** Puts a value in the place of what was typed of it, with the quote that already closes it. */
function put(view: EditorView, from: number, to: number, insert: string): void {
  const next = view.state.sliceDoc(to, to + 1);
  const end = insert.startsWith('"') && next === '"' ? to + 1 : to;
  view.dispatch({
    changes: { from, to: end, insert },
    selection: { anchor: from + insert.length },
    userEvent: 'input.complete',
  });
}

/** Words of the language, each with how it is written and what it does. */
function helped(words: readonly Word[], group: Group, name: string, t: TFunction): Completion[] {
  const section = { name, rank: 2 };
  return words.map((word) => ({
    label: word.name,
    apply: group === 'pipe' ? word.name : `${word.name}${/^\w+\[/.test(word.syntax) ? '[' : '('}`,
    detail: helpOf(group, word, t),
    info: word.syntax,
    section,
  }));
}

/** What a word does, in the console's language; the server's own words when it is newer than the texts. */
function helpOf(group: Group, { name, help }: Word, t: TFunction): string {
  switch (group) {
    case 'filter':
      return t(`language.filter.${name}`, { defaultValue: help });
    case 'function':
      return t(`language.function.${name}`, { defaultValue: help });
    case 'pipe':
      return t(`language.pipe.${name}`, { defaultValue: help });
    case 'stats':
      return t(`language.stats.${name}`, { defaultValue: help });
  }
}
