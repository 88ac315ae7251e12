import type { Facet, ValueHits } from '../../api/select';
import type { FacetChoice } from './facetChoice';
import { severities } from './severity';

/** A field of the facets column. */
export interface FacetGroup {
  field: string;
  values: ValueHits[];
  /** Different values, as many as were asked for at most. */
  all: number;
  /** Numbers that are better chosen by a range. */
  numeric?: boolean;
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
        all: shown.length,
        ...(isNumeric(shown.map(({ value }) => value)) && { numeric: true }),
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

const number = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** Reports whether values are so many different numbers that a range is better than a list; a few are codes. */
export function isNumeric(values: readonly string[]): boolean {
  return values.length >= 10 && values.every((value) => number.test(value));
}

/** What the column shows of the facets. */
export interface Arranged {
  groups: FacetGroup[];
  /** Fields without a group: they have too many values to be counted beforehand. */
  others: ValueHits[];
  /** Fields that were hidden and occur. */
  hidden: string[];
}

/** Orders groups by what was pinned and hidden, and keeps those whose names hold a text. */
export function arrange(
  groups: readonly FacetGroup[],
  names: readonly ValueHits[],
  { pinned, hidden }: FacetChoice,
  search: string,
): Arranged {
  const wanted = search.trim().toLowerCase();
  const matches = (field: string) => field.toLowerCase().includes(wanted);
  const rank = (field: string) => (pinned.includes(field) ? pinned.indexOf(field) : pinned.length);
  const known = new Set(groups.map(({ field }) => field));
  return {
    groups: groups
      .filter(({ field }) => matches(field) && !hidden.includes(field))
      .sort((a, b) => rank(a.field) - rank(b.field)),
    others: names
      .filter(({ value }) => isFacetField(value) && !known.has(value) && matches(value))
      .filter(({ value }) => !hidden.includes(value))
      .sort((a, b) => rank(a.value) - rank(b.value)),
    hidden: hidden.filter(
      (field) => known.has(field) || names.some(({ value }) => value === field),
    ),
  };
}

function order(severity: string): number {
  const i = (severities as readonly string[]).indexOf(severity);
  return i < 0 ? severities.length : i;
}
