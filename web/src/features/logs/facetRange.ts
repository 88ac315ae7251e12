import { fetchTable, type Selection } from '../../api/select';
import { splitPipes, splitTerms } from './query/edit';
import { quoteName } from './query/quote';

/** The least and largest number, both within. */
export interface NumberRange {
  least: number;
  most: number;
}

/** How many records have numbers of each part of a range. */
export interface Distribution extends NumberRange {
  step: number;
  counts: number[];
}

function beginning(field: string): string {
  return `${quoteName(field)}:range[`;
}

/** Returns the range of a field that the query asks for, null when it asks for none. */
export function rangeOf(query: string, field: string): NumberRange | null {
  const term = splitTerms(splitPipes(query).filter).all.find((one) =>
    one.startsWith(beginning(field)),
  );
  const found = /range\[\s*(-?[\d.]+(?:e[+-]?\d+)?)\s*,\s*(-?[\d.]+(?:e[+-]?\d+)?)\s*\]$/i.exec(
    term ?? '',
  );
  return found ? { least: Number(found[1]), most: Number(found[2]) } : null;
}

/** Returns the query with a range of a field in the place of the one that it has; null takes that away. */
export function withRange(query: string, field: string, range: NumberRange | null): string {
  const { filter, pipes } = splitPipes(query);
  const { all, alternatives } = splitTerms(filter);
  const terms = alternatives
    ? [`(${all[0] ?? ''})`]
    : all.filter((term) => !term.startsWith(beginning(field)));
  if (range) terms.push(`${beginning(field)}${range.least}, ${range.most}]`);
  else if (alternatives) return query;
  const text = terms.join(' ');
  return pipes === '' ? text : `${text || '*'} ${pipes}`;
}

const parts = 24;

/** Returns a round width with which a range has at most `most` parts. */
export function roundStep({ least, most }: NumberRange, wanted = parts): number {
  const exact = (most - least) / wanted;
  if (!(exact > 0)) return 1;
  const size = 10 ** Math.floor(Math.log10(exact));
  return size * ([1, 2, 5, 10].find((factor) => factor * size >= exact) ?? 10);
}

/** Asks how the numbers of a field are spread; null when it has none. */
export async function fetchDistribution(
  selection: Selection,
  field: string,
  signal: AbortSignal,
): Promise<Distribution | null> {
  const name = quoteName(field);
  const ask = (pipe: string, rows: number) =>
    fetchTable({ ...selection, query: `${selection.query} | ${pipe}` }, rows, signal);
  const [ends] = await ask(`stats min(${name}) as least, max(${name}) as most`, 1);
  const range = {
    least: Number(ends?.least || Number.NaN),
    most: Number(ends?.most || Number.NaN),
  };
  if (!Number.isFinite(range.least) || !Number.isFinite(range.most)) return null;
  const step = roundStep(range);
  const first = Math.floor(range.least / step);
  const counts = new Array<number>(Math.floor(range.most / step) - first + 1).fill(0);
  for (const row of await ask(`stats by (${name}:${step}) count() as hits`, 10 * parts)) {
    const part = Math.round(Number(row[field]) / step) - first;
    if (row[field] && part in counts) counts[part] = Number(row.hits);
  }
  return { ...range, step, counts };
}
