// The query API in VictoriaLogs' shapes, as far as the console uses it.
import { getJSON } from './request';
import { queryRows, type Row } from './rows';

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

/** A series of a stats query over time: its column, and points of time in ms and value. */
export interface StatsSeries {
  name: string;
  points: [number, number][];
}

/** Runs a query that ends in a stats pipe once for each bucket. */
export async function fetchStatsRange(
  selection: Selection,
  { step, offset }: HitsBuckets,
  signal: AbortSignal,
): Promise<StatsSeries[]> {
  const answer = await getJSON<{
    data: { result: { metric: Record<string, string>; values: [number, string][] }[] };
  }>(
    '/select/logsql/stats_query_range',
    { ...params(selection), step: `${step}ms`, offset: offset > 0 ? `${offset}ms` : undefined },
    signal,
  );
  return answer.data.result.map(({ metric, values }) => ({
    name: metric.__name__ ?? '',
    points: values.map(([seconds, value]) => [seconds * 1000, Number(value)]),
  }));
}

/** Reads what the pipes of a query make of the rows, `limit` rows at most. */
export async function fetchTable(
  selection: Selection,
  limit: number,
  signal: AbortSignal,
): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const piece of queryRows({ ...selection, limit }, signal)) {
    if ('rows' in piece) rows.push(...piece.rows);
  }
  return rows;
}

/** Lists the streams of the selected records as filters such as {host.name="a"}, most records first. */
export async function fetchStreams(
  selection: Selection,
  limit: number,
  signal: AbortSignal,
): Promise<ValueHits[]> {
  const answer = await getJSON<{ values: ValueHits[] | null }>(
    '/select/logsql/streams',
    { ...params(selection), limit },
    signal,
  );
  return answer.values ?? [];
}
