import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { fetchFacets, fetchHits } from '../../api/select';
import { gridOf, offsetBefore } from '../../time/grid';
import { lengthMillis, stepFor, type TimeWindow } from '../../time/range';
import { toGroups } from './facets';
import { defaultBy, type Histogram, mostLayers, toHistogram, toPast } from './histogram';

/** A histogram with the window that its counts are of. */
export interface HistogramOfWindow extends Histogram {
  window: TimeWindow;
}

/** What the histogram shows beside the present counts. */
export interface HistogramOptions {
  /** Bars at most. */
  buckets: number;
  /** Field by whose values the bars are stacked. */
  by: string;
  /** How long before the earlier time lies that is compared with, such as 1d. */
  vs?: string | undefined;
  zone: string;
  /** Counts are asked anew every few seconds. */
  live: boolean;
}

// How often the counts of a live window are asked anew, in ms.
const liveRefresh = 5000;

/** Counts records by time and the values of a field. The old answer stays until the new one is there. */
export function useHistogram(filter: string, window: TimeWindow, options: HistogramOptions) {
  const { buckets, by, zone, live } = options;
  const step = stepFor(window, buckets);
  return useQuery({
    queryKey: ['hits', filter, window.start, window.end, step, by, zone],
    queryFn: async ({ signal }): Promise<HistogramOfWindow> => {
      const grid = gridOf(window, step, zone);
      const most = by === defaultBy ? undefined : mostLayers;
      const cut = { step, offset: grid.offset, field: by, ...(most && { most }) };
      const groups = await fetchHits({ query: filter, ...window }, cut, signal);
      return { ...toHistogram(groups, grid, by), window };
    },
    placeholderData: keepPreviousData,
    refetchInterval: live && Math.min(liveRefresh, step),
    gcTime: 60_000,
  });
}

/** Counts of the earlier time that a histogram is compared with, on the histogram's own buckets; null without one. */
export function usePast(
  filter: string,
  histogram: HistogramOfWindow | undefined,
  vs: string | undefined,
): number[] | null {
  const earlier = vs ? lengthMillis(vs) : Number.NaN;
  const window = histogram?.window;
  const { data } = useQuery({
    queryKey: ['past', filter, window?.start, window?.end, histogram?.step, histogram?.offset, vs],
    queryFn: async ({ signal }) => {
      if (!histogram) return null;
      // The present window may end later than now; so much of the past is not compared with.
      const { start } = histogram.window;
      const end = Math.max(start + 1, Math.min(histogram.window.end, Date.now()));
      const selection = { query: filter, start: start - earlier, end: end - earlier };
      const cut = { step: histogram.step, offset: offsetBefore(histogram, earlier) };
      return toPast(await fetchHits(selection, cut, signal), histogram, earlier);
    },
    enabled: histogram !== undefined && earlier > 0,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
  return (earlier > 0 && data?.length === histogram?.times.length && data) || null;
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

/**
 * While `moving`, the window goes along with the clock by whole steps: it ends within a step ahead of now, so that what it is cut
 * into stays where it is until the next step begins.
 */
export function useMovingWindow(window: TimeWindow, moving: boolean, step: number): TimeWindow {
  const [moved, setMoved] = useState({ of: window, by: 0 });
  useEffect(() => {
    if (!moving) return;
    const began = Date.now();
    const follow = () => {
      const by = Math.ceil((Date.now() - began) / step) * step;
      setMoved((old) => (old.of === window && old.by === by ? old : { of: window, by }));
    };
    const timer = setInterval(follow, Math.min(step, 1000));
    return () => clearInterval(timer);
  }, [window, moving, step]);
  const ahead = moving && moved.of === window ? moved.by : 0;
  return useMemo(() => ({ start: window.start + ahead, end: window.end + ahead }), [window, ahead]);
}
