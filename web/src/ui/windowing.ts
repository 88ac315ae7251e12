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

/** Returns where row `index` begins in a list of rows of one height, one of which may be expanded. */
export function offsetOf(index: number, rowHeight: number, expanded: Expanded | null): number {
  return index * rowHeight + (expanded && index > expanded.index ? expanded.height : 0);
}

/** Returns which rows to draw, last exclusive: those in the viewport and `overscan` on both sides. */
export function visibleRange(
  { scrollTop, height }: Viewport,
  count: number,
  rowHeight: number,
  expanded: Expanded | null,
  overscan: number,
): { first: number; last: number } {
  const rowAt = (y: number) => {
    if (!expanded) return Math.floor(y / rowHeight);
    const below = (expanded.index + 1) * rowHeight;
    if (y < below) return Math.floor(y / rowHeight);
    return Math.max(expanded.index, Math.floor((y - expanded.height) / rowHeight));
  };
  const first = Math.max(0, Math.min(count, rowAt(scrollTop)) - overscan);
  const last = Math.min(count, rowAt(scrollTop + height) + 1 + overscan);
  return { first, last: Math.max(first, last) };
}

/** Returns the scroll position nearest to the present one at which a span of the list is in view. */
export function scrollToShow(top: number, bottom: number, { scrollTop, height }: Viewport): number {
  if (top < scrollTop) return top;
  if (bottom > scrollTop + height) return Math.min(top, bottom - height);
  return scrollTop;
}
