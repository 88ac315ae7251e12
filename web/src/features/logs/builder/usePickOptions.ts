import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useTime } from '../../../app/TimeProvider';
import { count } from '../../../ui/quantity';
import type { Completer } from '../query/complete';
import { extractNames } from './model';
import type { PickOption } from './PickList';

// These say where a record was stored, not what it tells.
const hidden = new Set(['_time', '_stream', '_stream_id', '_record_id', '_observed', '_pattern']);
// What most questions are about stands first.
const first = ['service.name', 'host.name', '_severity'];

/** Fields of the records in the page's window, those of most questions first, then by how many records have them. */
export function useFieldOptions(completer: Completer): PickOption[] | undefined {
  const { t } = useTranslation();
  const { window } = useTime();
  const { data } = useQuery({
    queryKey: ['pick', 'fields', window.start, window.end],
    queryFn: () => completer.fields(),
  });
  if (!data) return undefined;
  const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length);
  const fields = data
    .filter(({ value }) => !hidden.has(value) && value !== '_msg')
    .sort((a, b) => rank(a.value) - rank(b.value) || b.hits - a.hits)
    .map(({ value, hits }) => ({ value, detail: count(hits) }));
  return [{ value: '_msg', label: t('logs.builder.message') }, ...fields];
}

/** As useFieldOptions, with what can be taken out of the message behind them. */
export function useGroupOptions(completer: Completer): PickOption[] | undefined {
  const { t } = useTranslation();
  const fields = useFieldOptions(completer);
  const extracted = extractNames.map((value) => ({
    value,
    label: t(`logs.builder.extract.${value}`),
  }));
  return fields && [...extracted, ...fields.filter(({ value }) => value !== '_msg')];
}

/** Values of a field that hold a text, most frequent first. */
export function useValueOptions(
  completer: Completer,
  field: string,
  text: string,
): PickOption[] | undefined {
  const { window } = useTime();
  const { data } = useQuery({
    queryKey: ['pick', 'values', field, text, window.start, window.end],
    queryFn: () => completer.values(field, text),
    // A message is searched by words, not picked from all that there are.
    enabled: field !== '' && field !== '_msg',
    placeholderData: (before, query) => (query?.queryKey[2] === field ? before : undefined),
  });
  if (field === '_msg') return [];
  return data
    ?.filter(({ value }) => value !== '')
    .map(({ value, hits }) => ({ value, detail: count(hits) }));
}
