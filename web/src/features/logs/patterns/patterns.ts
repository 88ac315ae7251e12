import type { Pattern, PatternList, PatternNumbers } from '../../../api/patterns';
import type { Selection } from '../../../api/select';
import { count } from '../../../ui/quantity';
import type { PatternState } from '../search';
import { type Severity, severities } from '../severity';

/** What kinds of values a variable has. */
export const kinds = ['num', 'ip', 'time', 'hex', 'uuid', 'path', 'user', 'id', 'any'] as const;

/** How long before the span lies that is compared with. */
export const distances = ['1h', '1d', '1w'] as const;
export type Distance = (typeof distances)[number];

/** The distance that the URL holds; a day when it holds none that is offered. */
export function distanceOf(vs: string | undefined): Distance {
  return distances.find((one) => one === vs) ?? '1d';
}

/** Says how the lines of a pattern have changed: ×14.1 from twice as many on, else −34%; – when there were none. */
export function changeText({ hits, prior }: Pick<Pattern, 'hits' | 'prior'>): string {
  if (prior === 0) return '–';
  const ratio = hits / prior;
  if (ratio >= 2) return `×${ratio < 100 ? Math.round(ratio * 10) / 10 : count(ratio)}`;
  const percent = Math.round((ratio - 1) * 100);
  if (percent === 0) return '0%';
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent)}%`;
}

/** The worst severity that a tenth of a pattern's lines have. */
export function severityOf({ severity }: Pick<Pattern, 'severity'>): Severity | undefined {
  const all = severity.reduce((sum, { hits }) => sum + hits, 0);
  return severities.find((one) =>
    severity.some(({ value, hits }) => value === one && hits >= all / 10),
  );
}

/** Writes a number of a variable with the unit that stands in the lines. */
export function numberText(value: number, unit: string | undefined): string {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  const text = value.toLocaleString('en-US', { maximumFractionDigits: digits });
  return unit ? `${text} ${unit}` : text;
}

/** Heights of the bars of a variable's distribution, 0 to 1. */
export function barHeights({ buckets }: Pick<PatternNumbers, 'buckets'>): number[] {
  const highest = Math.max(1, ...buckets.map(({ hits }) => hits));
  return buckets.map(({ hits }) => hits / highest);
}

/** Names a choice of patterns with how many there are, once that is known. */
export function choiceText(
  name: string,
  list: Pick<PatternList, 'total' | 'counts'> | undefined,
  state: PatternState | 'all',
): string {
  if (!list) return name;
  return `${name} ${count(state === 'all' ? list.total : (list.counts[state] ?? 0))}`;
}

/** The lines of the span before, which are all that a silent pattern has. */
export function priorOf(
  { prior_start = '', prior_end = '' }: Pick<PatternList, 'prior_start' | 'prior_end'>,
  query: string,
): Selection {
  return { query, start: Date.parse(prior_start), end: Date.parse(prior_end) };
}
