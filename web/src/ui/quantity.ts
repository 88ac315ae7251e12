// Numbers as the console shows them; the same in both languages, so that columns stay comparable.

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Formats a count with thousands separators: 62,615. */
export function count(n: number): string {
  return grouped.format(n);
}

/** Formats a rate or a mean: one decimal below ten, as a count above. */
export function decimal(n: number): string {
  return n < 10 ? String(Math.round(n * 10) / 10) : count(n);
}

/** Formats a large count in few characters: 950, 48.2 k, 1.2 M. */
export function shortCount(n: number): string {
  for (const [size, unit] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e4, 'k'],
  ] as const) {
    if (n >= size) return `${trim(n / (unit === 'k' ? 1e3 : size))} ${unit}`;
  }
  return count(n);
}

/** Formats bytes in decimal units: 812 B, 4.1 MB. */
export function bytes(n: number): string {
  for (const [size, unit] of [
    [1e12, 'TB'],
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
  ] as const) {
    if (n >= size) return `${trim(n / size)} ${unit}`;
  }
  return `${count(n)} B`;
}

function trim(n: number): string {
  return n >= 100 ? count(n) : String(Math.round(n * 10) / 10);
}

/** A part of a duration: a whole number and the name of its unit. */
export interface DurationPart {
  value: number;
  unit: 'd' | 'h' | 'm' | 's' | 'ms';
}

/** Splits a duration into its two largest parts that are not zero: 330,000 ms is 5 m 30 s. */
export function durationParts(ms: number): DurationPart[] {
  let rest = Math.round(Math.abs(ms));
  const parts: DurationPart[] = [];
  for (const [size, unit] of [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'm'],
    [1000, 's'],
    [1, 'ms'],
  ] as const) {
    const value = Math.floor(rest / size);
    rest -= value * size;
    if (value > 0) parts.push({ value, unit });
    if (parts.length === 2) break;
  }
  return parts.length > 0 ? parts : [{ value: 0, unit: 'ms' }];
}
