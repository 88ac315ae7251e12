import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { fetchFacets, fetchHits } from '../../api/select';
import { stepFor, type TimeWindow } from '../../time/range';
import { toGroups } from './facets';
import { type Histogram, toHistogram } from './histogram';

/** A histogram with the window that its counts are of. */
export interface HistogramOfWindow extends Histogram {
  window: TimeWindow;
}

/** Counts records by time and severity. The old answer stays until the new one is there. */
export function useHistogram(filter: string, window: TimeWindow, buckets: number) {
  const step = stepFor(window, buckets);
  return useQuery({
    queryKey: ['hits', filter, window.start, window.end, step],
    queryFn: async ({ signal }): Promise<HistogramOfWindow> => {
      const groups = await fetchHits({ query: filter, ...window }, step, '_severity', signal);
      return { ...toHistogram(groups, window, step), window };
    },
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
}

const facetValues = 50;

/** Counts records by the values of their fields. The old answer stays until the new one is there. */
export function useFacets(filter: string, window: TimeWindow) {
  return useQuery({
    queryKey: ['facets', filter, window.start, window.end],
    queryFn: async ({ signal }) =>
      toGroups(await fetchFacets({ query: filter, ...window }, facetValues, signal)),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
}

/** While `moving`, the window goes along with the clock every `interval` ms. */
export function useMovingWindow(window: TimeWindow, moving: boolean, interval: number): TimeWindow {
  const [moved, setMoved] = useState({ of: window, by: 0 });
  useEffect(() => {
    if (!moving) return;
    const began = Date.now();
    const timer = setInterval(() => setMoved({ of: window, by: Date.now() - began }), interval);
    return () => clearInterval(timer);
  }, [window, moving, interval]);
  const ahead = moving && moved.of === window ? moved.by : 0;
  return useMemo(() => ({ start: window.start + ahead, end: window.end + ahead }), [window, ahead]);
}
