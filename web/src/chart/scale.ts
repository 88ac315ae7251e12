/**
 * Returns the end of a value axis that begins at 0 and holds `max`: a round number whose half is round too, and a whole number
 * where values are counts.
 */
export function niceMax(max: number, whole = true): number {
  if (max <= 0 && !whole) return 1;
  if (max <= 2 && whole) return 2;
  const size = 10 ** Math.floor(Math.log10(max));
  for (const factor of [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10]) {
    const end = factor * size;
    if (end >= max && (!whole || Number.isInteger(end / 2))) return end;
  }
  return 10 * size;
}

/** As niceMax, but an axis that ended at `held` never becomes shorter: bars that stream in must not jump. */
export function heldMax(held: number, max: number): number {
  return Math.max(held, niceMax(max));
}

/** Lays series on each other: row i of the answer is the sum of series 0 to i. */
export function stack(series: readonly (readonly (number | null)[])[]): number[][] {
  const sums: number[][] = [];
  for (const values of series) {
    const below = sums.at(-1);
    sums.push(values.map((value, i) => (value ?? 0) + (below?.[i] ?? 0)));
  }
  return sums;
}

/** Returns which layer of a bucket a value on the axis falls into, -1 above the bar. */
export function layerAt(
  layers: readonly { values: readonly (number | null)[] }[],
  bucket: number,
  value: number,
): number {
  let sum = 0;
  return layers.findIndex(({ values }) => {
    sum += values[bucket] ?? 0;
    return value <= sum && (values[bucket] ?? 0) > 0;
  });
}
