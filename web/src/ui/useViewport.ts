import { type RefObject, useEffect, useState } from 'react';
import type { Viewport } from './windowing';

/** Follows the scroll position and size of an element. */
export function useViewport(element: RefObject<HTMLElement | null>): Viewport & { width: number } {
  const [viewport, setViewport] = useState({ scrollTop: 0, height: 0, width: 0 });
  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const measure = () => {
      const { scrollTop, clientHeight: height, clientWidth: width } = target;
      setViewport((old) =>
        old.scrollTop === scrollTop && old.height === height && old.width === width
          ? old
          : { scrollTop, height, width },
      );
    };
    measure();
    const resize = new ResizeObserver(measure);
    resize.observe(target);
    target.addEventListener('scroll', measure, { passive: true });
    return () => {
      resize.disconnect();
      target.removeEventListener('scroll', measure);
    };
  }, [element]);
  return viewport;
}

/** Follows the height of an element; 0 while there is none. */
export function useHeight(element: HTMLElement | null): number {
  const [height, setHeight] = useState(0);
  useEffect(() => {
    if (!element) {
      setHeight(0);
      return;
    }
    const resize = new ResizeObserver(() => setHeight(element.offsetHeight));
    resize.observe(element);
    return () => resize.disconnect();
  }, [element]);
  return height;
}
