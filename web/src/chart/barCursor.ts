/** Where the keyboard is among the bars, and where its selection began; -1 is nowhere. */
export interface BarCursor {
  bucket: number;
  anchor: number;
}

export const noCursor: BarCursor = { bucket: -1, anchor: -1 };

/**
 * Moves the cursor for a key of a bar chart: arrows by one bar, Page keys by a tenth of all, Home and End to the ends; with Shift
 * the bars passed over are selected. Null when the key moves nothing.
 */
export function moveCursor(
  { bucket, anchor }: BarCursor,
  key: string,
  shift: boolean,
  buckets: number,
): BarCursor | null {
  const page = Math.max(1, Math.round(buckets / 10));
  const moves: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    PageUp: -page,
    PageDown: page,
    Home: -buckets,
    End: buckets,
  };
  const by = moves[key];
  if (by === undefined || buckets === 0) return null;
  // The newest bar is the one that a person looks for first.
  const from = bucket < 0 && Math.abs(by) < buckets ? buckets - 1 - by : bucket;
  const next = Math.max(0, Math.min(buckets - 1, from + by));
  if (!shift) return { bucket: next, anchor: -1 };
  return { bucket: next, anchor: anchor >= 0 ? anchor : Math.max(0, bucket < 0 ? next : bucket) };
}

/** Returns the selected bars, last exclusive; the one under the cursor when none is selected, null without a cursor. */
export function selectedBars({
  bucket,
  anchor,
}: BarCursor): { first: number; last: number } | null {
  if (bucket < 0) return null;
  const other = anchor < 0 ? bucket : anchor;
  return { first: Math.min(bucket, other), last: Math.max(bucket, other) + 1 };
}
