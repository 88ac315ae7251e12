import { type RefObject, useLayoutEffect, useRef } from 'react';
import { type Expanded, offsetOf, type RowHeights, visibleRange } from '../../ui/windowing';
import type { RowsSnapshot } from './rowStore';

/** Keeps the row at the top of the view in its place when rows come or go above it. At its very top a list stays at its top. */
export function useListPlace(
  scroller: RefObject<HTMLElement | null>,
  { rows, base, newer, old }: RowsSnapshot,
  heights: RowHeights,
  expanded: Expanded | null,
): void {
  const drawn = useRef({ count: rows.length, base, newer, old, heights, expanded });
  useLayoutEffect(() => {
    const before = drawn.current;
    drawn.current = { count: rows.length, base, newer, old, heights, expanded };
    const element = scroller.current;
    // An answer that takes another's place begins at its own top.
    if (!element || before.base === base || before.old || old) return;
    const { scrollTop, clientHeight: height } = element;
    if (scrollTop === 0 && !before.newer) return;
    const view = { scrollTop, height };
    const { first } = visibleRange(view, before.count, before.heights, before.expanded, 0);
    const index = before.base + first - base;
    if (index < 0 || index >= rows.length) return;
    const by = scrollTop - offsetOf(first, before.heights, before.expanded);
    element.scrollTop = offsetOf(index, heights, expanded) + by;
    // The browser tells of a scroll only with the next frame, and would paint the rows of the old place until then.
    element.dispatchEvent(new Event('scroll'));
  });
}
