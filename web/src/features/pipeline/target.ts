/** So late may a record be found after it came in, in ms. */
export const target = 10_000;

/** Reports whether a time behind, in ms, is beyond the target. */
export function isLate(behind: number | null): boolean {
  return behind !== null && behind > target;
}
