import {
  type BuilderTerm,
  type Built,
  isExtract,
  type Measure,
  measureName,
  type Order,
  type Summary,
} from './model';

const usualTop = 10;

/** Puts a term at a place; behind the last group it begins a new one, behind a group's last term it is an alternative. */
export function putTerm(built: Built, group: number, index: number, term: BuilderTerm): Built {
  const groups = built.groups.map((terms) => [...terms]);
  const terms = groups[group];
  if (terms) terms[index] = term;
  else groups.push([term]);
  return { ...built, groups };
}

/** Takes a term away, and its group when it was the last. */
export function dropTerm(built: Built, group: number, index: number): Built {
  const groups = built.groups
    .map((terms, g) => (g === group ? terms.filter((_, i) => i !== index) : terms))
    .filter((terms) => terms.length > 0);
  return { ...built, groups };
}

/** Groups by one more field. The first makes a list of the ten largest groups, which suits most questions. */
export function addGroup(built: Built, field: string): Built {
  const extracts =
    isExtract(field) && !built.extracts.includes(field)
      ? [...built.extracts, field]
      : built.extracts;
  if (built.summary) {
    const { by } = built.summary;
    const summary = { ...built.summary, by: by.includes(field) ? by : [...by, field] };
    return { ...built, extracts, summary };
  }
  return {
    ...built,
    extracts,
    summary: countBy([field], ''),
    sort: { field: 'hits', order: 'desc' },
    limit: usualTop,
  };
}

/** Counts in time buckets; an empty step ends that. */
export function overTime(built: Built, step: string): Built {
  if (!built.summary) {
    return step ? { ...built, summary: countBy([], step), sort: noSort, limit: 0 } : built;
  }
  const summary = { ...built.summary, step };
  if (!step && summary.by.length === 0) return dropSummary(built);
  // A list of the largest buckets would tear holes into the line.
  return { ...built, summary, ...(step ? { sort: noSort, limit: 0 } : {}) };
}

/** Groups no longer by a field; without any group left the rows themselves are shown again. */
export function dropGroup(built: Built, field: string): Built {
  if (!built.summary) return built;
  const summary = { ...built.summary, by: built.summary.by.filter((name) => name !== field) };
  const extracts = built.extracts.filter((name) => name !== field);
  if (summary.by.length === 0 && !summary.step) return dropSummary({ ...built, extracts });
  return { ...built, extracts, summary };
}

/** Shows the rows themselves again. */
export function dropSummary(built: Built): Built {
  return { ...built, summary: null, extracts: [], sort: noSort, limit: 0 };
}

/** Measures something else; an order by the measure follows. */
export function measureBy(built: Built, measure: Measure, field: string): Built {
  if (!built.summary) return built;
  const name = measureName(measure, field);
  const sorted = built.sort.field === built.summary.name;
  return {
    ...built,
    summary: { ...built.summary, measure, field, name },
    sort: sorted ? { ...built.sort, field: name } : built.sort,
  };
}

/** Orders groups by what is measured, or rows by time; null is no order. */
export function orderBy(built: Built, order: Order | null): Built {
  const field = built.summary?.name ?? '_time';
  return { ...built, sort: order ? { field, order } : noSort };
}

const noSort = { field: '', order: 'desc' } as const;

function countBy(by: string[], step: string): Summary {
  return { by, step, measure: 'count', field: '', name: 'hits' };
}
