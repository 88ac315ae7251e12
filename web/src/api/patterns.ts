// Which events lines tell of, and how that differs from before.
import { client } from './client';
import type { components } from './schema';
import type { Selection } from './select';

export type PatternList = components['schemas']['PatternList'];
export type Pattern = components['schemas']['Pattern'];
export type PatternPart = components['schemas']['PatternPart'];
export type PatternVars = components['schemas']['PatternVars'];
export type PatternVariable = components['schemas']['PatternVariable'];
export type PatternField = components['schemas']['PatternField'];
export type PatternNumbers = components['schemas']['PatternNumbers'];

/** Patterns of an answer at most. */
const most = 1000;
/** Values of a variable at most. */
const topValues = 5;

function params({ query, start, end }: Selection) {
  return { query, start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}

/** Groups the selected lines into patterns and compares with the span that lies `compare` (1d) before; throws as request.get does. */
export async function fetchPatterns(
  selection: Selection,
  compare: string,
  signal: AbortSignal,
): Promise<PatternList> {
  const query = { ...params(selection), compare, limit: most };
  const { data } = await client.GET('/api/v1/logs/patterns', { params: { query }, signal });
  if (!data) throw new TypeError('the list of patterns is empty');
  return data;
}

/** Counts what the variables of a pattern hold in the selected lines; throws as request.get does. */
export async function fetchPatternVars(
  id: string,
  selection: Selection,
  signal: AbortSignal,
): Promise<PatternVars> {
  const { data } = await client.GET('/api/v1/logs/patterns/{id}/vars', {
    params: { path: { id }, query: { ...params(selection), top: topValues } },
    signal,
  });
  if (!data) throw new TypeError('the variables are empty');
  return data;
}
