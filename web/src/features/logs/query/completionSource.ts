import type {
  Completion,
  CompletionContext,
  CompletionResult,
  CompletionSource,
} from '@codemirror/autocomplete';
import type { ParseKeys } from 'i18next';
import { count } from '../../../ui/quantity';
import { type Completer, type Place, pipeNames, placeAt, valueText } from './complete';

/** Offers field names, values with their counts, and pipes. It stays silent when the server does not answer. */
export function completionSource(
  completer: () => Completer,
  text: (key: ParseKeys) => string,
): CompletionSource {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const place = placeAt(context.state.doc.toString(), context.pos);
    if (!place) return null;
    // Nothing typed yet: only on demand, or behind "field:" and "|".
    if (place.kind === 'field' && place.from === context.pos && !context.explicit) return null;
    try {
      const options = await optionsOf(place, completer(), text);
      return options.length > 0 ? { from: place.from, options, validFor: /^[\w./@-]*$/ } : null;
    } catch {
      return null;
    }
  };
}

async function optionsOf(
  place: Place,
  completer: Completer,
  text: (key: ParseKeys) => string,
): Promise<Completion[]> {
  if (place.kind === 'pipe') {
    const section = { name: text('logs.query.pipes') };
    return pipeNames.map((label) => ({ label, section }));
  }
  if (place.kind === 'value') {
    const values = await completer.values(place.field);
    const section = { name: text('logs.query.values') };
    return values
      .filter(({ value }) => value !== '')
      .map(({ value, hits }, i) => ({
        label: value,
        apply: valueText(value),
        detail: count(hits),
        boost: -i,
        section,
      }));
  }
  const fields = await completer.fields();
  const section = { name: text('logs.query.fields') };
  return fields.map(({ value, hits }) => ({
    label: value,
    apply: `${value}:`,
    detail: count(hits),
    section,
  }));
}
