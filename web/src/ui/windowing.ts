/** A row of a list that has more below its line: which, and how many pixels more. */
export interface Expanded {
  index: number;
  height: number;
}

/** The list as the viewport sees it, in pixels. */
export interface Viewport {
  scrollTop: number;
  height: number;
}

/** The height of every row in pixels; or, for rows of different heights, where each begins, and at last where the list ends. */
export type RowHeights = number | readonly number[];

/** Returns where each row begins, and at last where the list ends, by the heights of its rows. */
export function offsetsOf(heights: readonly number[]): number[] {
  const offsets = [0];
  for (const height of heights) offsets.push((offsets.at(-1) ?? 0) + height);
  return offsets;
}

/** Returns where row `index` begins in a list of rows, one of which may be expanded. */
export function offsetOf(index: number, heights: RowHeights, expanded: Expanded | null): number {
  const offset = typeof heights === 'number' ? index * heights : (heights[index] ?? 0);
  return offset + (expanded && index > expanded.index ? expanded.height : 0);
}

/** Returns the row at a place of a list without an expanded row. */
function rowAt(y: number, heights: RowHeights): number {
  if (typeof heights === 'number') return Math.floor(y / heights);
  let low = 0;
  let high = heights.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((heights[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Returns which rows to draw, last exclusive: those in the viewport and `overscan` on both sides. */
export function visibleRange(
  { scrollTop, height }: Viewport,
  count: number,
  heights: RowHeights,
  expanded: Expanded | null,
  overscan: number,
): { first: number; last: number } {
  const at = (y: number) => {
    if (!expanded || y < offsetOf(expanded.index + 1, heights, null)) return rowAt(y, heights);
    return Math.max(expanded.index, rowAt(y - expanded.height, heights));
  };
  const first = Math.max(0, Math.min(count, at(scrollTop)) - overscan);
  const last = Math.min(count, at(scrollTop + height) + 1 + overscan);
  return { first, last: Math.max(first, last) };
}

/** Returns the scroll position nearest to the present one at which a span of the list is in view. */
export function scrollToShow(top: number, bottom: number, { scrollTop, height }: Viewport): number {
  if (top < scrollTop) return top;
  if (bottom > scrollTop + height) return Math.min(top, bottom - height);
  return scrollTop;
}
