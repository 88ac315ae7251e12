import type { Facet } from '../../api/select';
import { severities } from './severity';

/** A field of the facets column. */
export interface FacetGroup {
  field: string;
  values: { value: string; hits: number }[];
  /** How many of the selected records the values shown cover. */
  covered: number;
}

const first = ['_severity', 'service.name', 'host.name'];
// Names of records, streams and receipt say nothing about a group of records.
const hidden = new Set([
  '_msg',
  '_time',
  '_stream',
  '_stream_id',
  '_record_id',
  '_observed',
  '_dataset',
]);
// What Haetae says about receipt stands behind what the senders say.
const ours = new Set(['_source', '_format', '_pattern']);

/** Reports whether records can be told apart by the values of a field. */
export function isFacetField(field: string): boolean {
  return !hidden.has(field);
}

const shownFields = 14;
const shownValues = 6;

/** Orders facets for the column: severity, service and host first, then the fields that most records have. */
export function toGroups(facets: readonly Facet[]): FacetGroup[] {
  const rank = (field: string) => {
    const i = first.indexOf(field);
    if (i >= 0) return i;
    return ours.has(field) ? first.length + 1 : first.length;
  };
  return facets
    .filter(({ field_name, values }) => !hidden.has(field_name) && !namesEachRecord(values))
    .filter(({ values }) => values.length > 0)
    .map(({ field_name, values }) => {
      const shown = values.map(({ field_value, hits }) => ({ value: field_value, hits }));
      if (field_name === '_severity') shown.sort((a, b) => order(a.value) - order(b.value));
      return {
        field: field_name,
        values: shown.slice(0, shownValues),
        covered: shown.reduce((sum, { hits }) => sum + hits, 0),
      };
    })
    .sort((a, b) => rank(a.field) - rank(b.field) || b.covered - a.covered)
    .slice(0, shownFields);
}

/** Reports whether a field has another value in each record, as ids have; nothing can be narrowed down by it. */
function namesEachRecord(values: Facet['values']): boolean {
  return values.length >= 10 && values.every(({ hits }) => hits === 1);
}

function order(severity: string): number {
  const i = (severities as readonly string[]).indexOf(severity);
  return i < 0 ? severities.length : i;
}
