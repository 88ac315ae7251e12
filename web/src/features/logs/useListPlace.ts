import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import { type Expanded, offsetOf, visibleRange } from '../../ui/windowing';
import type { RowsSnapshot } from './rowStore';

/** The row at the top of the view, by its number, and how far it is scrolled out of it in pixels. */
interface Place {
  row: number;
  by: number;
}

/** Keeps the row at the top of the view in its place when rows come or go above it. At its very top a list stays at its top. */
export function useListPlace(
  scroller: RefObject<HTMLElement | null>,
  { rows, base, newer, old }: RowsSnapshot,
  rowHeight: number,
  expanded: Expanded | null,
): void {
  const place = useRef<Place | null>(null);
  const base0 = useRef(base);

  useLayoutEffect(() => {
    const element = scroller.current;
    const moved = base !== base0.current;
    base0.current = base;
    const { row, by } = place.current ?? {};
    if (!element || !moved || row === undefined || by === undefined) return;
    const index = row - base;
    if (index < 0 || index >= rows.length) return;
    element.scrollTop = offsetOf(index, rowHeight, expanded) + by;
  }, [scroller, rows, base, rowHeight, expanded]);

  // Where the list stands is known after it was drawn, and after each scroll.
  const remember = () => {
    const element = scroller.current;
    if (!element) return;
    const { scrollTop, clientHeight: height } = element;
    if (old || (scrollTop === 0 && !newer)) {
      place.current = null;
      return;
    }
    const { first } = visibleRange({ scrollTop, height }, rows.length, rowHeight, expanded, 0);
    place.current = { row: base + first, by: scrollTop - offsetOf(first, rowHeight, expanded) };
  };
  const latest = useRef(remember);
  useEffect(() => {
    latest.current = remember;
    remember();
  });
  useEffect(() => {
    const element = scroller.current;
    const listen = () => latest.current();
    element?.addEventListener('scroll', listen, { passive: true });
    return () => element?.removeEventListener('scroll', listen);
  }, [scroller]);
}
