import type { Advice } from '../../../api/advice';
import { bytes, decimal } from '../../../ui/quantity';

/** Writes a measured number as the end of its name says: `batch_bytes`, `added_ms`, `filled_percent`, `full_days`, `batches_per_second`. */
export function valueText(name: string, n: number, durationText: (ms: number) => string): string {
  if (name.endsWith('_bytes_per_second')) return `${bytes(n)}/s`;
  if (name.endsWith('_bytes')) return bytes(n);
  if (name.endsWith('_per_second')) return `${small(n)}/s`;
  if (name.endsWith('_percent')) return `${small(n)}%`;
  if (name.endsWith('_ms')) return n < 10 ? `${small(n)} ms` : durationText(n);
  return small(n);
}

// A digit more where one decimal would say nothing.
function small(n: number): string {
  return n > 0 && n < 0.1 ? String(Number(n.toPrecision(1))) : decimal(n);
}

/** Fills a sentence's places with the advice's numbers; null when it names something that the advice lacks. */
export function fillAdvice(
  sentence: string,
  { values, from, to }: Pick<Advice, 'values' | 'from' | 'to'>,
  durationText: (ms: number) => string,
): string | null {
  let whole = true;
  const text = sentence.replace(/\{\{(\w+)\}\}/g, (_place, name: string) => {
    const known = name === 'from' ? from : name === 'to' ? to : undefined;
    if (known !== undefined) return known;
    const n = values[name];
    if (n === undefined) whole = false;
    return n === undefined ? '' : valueText(name, n, durationText);
  });
  return whole ? text : null;
}
