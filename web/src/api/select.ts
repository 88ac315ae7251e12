// The query API in VictoriaLogs' shapes, as far as the console uses it.
import { getJSON } from './request';

/** Which records are asked about: a filter without pipes and a window of event time in ms, the end exclusive. */
export interface Selection {
  query: string;
  start: number;
  end: number;
}

/** Counts over time of one group. */
export interface HitsGroup {
  fields: Record<string, string>;
  /** Starts of buckets, RFC 3339. */
  timestamps: string[];
  values: number[];
  total: number;
}

/** Values of one field with how many records have each. */
export interface Facet {
  field_name: string;
  values: { field_value: string; hits: number }[];
}

/** A value with the number of records that have it. */
export interface ValueHits {
  value: string;
  hits: number;
}

function params({ query, start, end }: Selection) {
  return { query, start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}

/** How counts over time are cut. */
export interface HitsBuckets {
  /** Width of a bucket in ms. */
  step: number;
  /** How far the edges of buckets lie before multiples of the step in UTC, in ms. */
  offset: number;
  /** A group for each value of this field; all records are one group without it. */
  field?: string;
  /** Groups at most; the others are joined into one without fields. */
  most?: number;
}

/** Counts records per bucket. */
export async function fetchHits(
  selection: Selection,
  { step, offset, field, most }: HitsBuckets,
  signal: AbortSignal,
): Promise<HitsGroup[]> {
  const answer = await getJSON<{ hits: HitsGroup[] | null }>(
    '/select/logsql/hits',
    {
      ...params(selection),
      step: `${step}ms`,
      offset: offset > 0 ? `${offset}ms` : undefined,
      field,
      fields_limit: most,
    },
    signal,
  );
  return answer.hits ?? [];
}

/** Lists the most frequent values of the fields of the selected records. */
export async function fetchFacets(
  selection: Selection,
  limit: number,
  signal: AbortSignal,
): Promise<Facet[]> {
  const answer = await getJSON<{ facets: Facet[] | null }>(
    '/select/logsql/facets',
    // A value that all records have is the one just asked for; it must stay to be taken back.
    { ...params(selection), limit, keep_const_fields: 1 },
    signal,
  );
  return answer.facets ?? [];
}

/** Lists the names of the fields of the selected records. */
export async function fetchFieldNames(
  selection: Selection,
  signal: AbortSignal,
): Promise<ValueHits[]> {
  const answer = await getJSON<{ values: ValueHits[] | null }>(
    '/select/logsql/field_names',
    params(selection),
    signal,
  );
  return answer.values ?? [];
}

/** Lists values of a field of the selected records, most frequent first. */
export async function fetchFieldValues(
  selection: Selection,
  field: string,
  limit: number,
  signal: AbortSignal,
): Promise<ValueHits[]> {
  const answer = await getJSON<{ values: ValueHits[] | null }>(
    '/select/logsql/field_values',
    { ...params(selection), field, limit },
    signal,
  );
  return answer.values ?? [];
}
