import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { fetchFacets, fetchHits, type Selection } from '../../api/select';
import { gridOf, offsetBefore } from '../../time/grid';
import { lengthMillis, stepFor, type TimeWindow } from '../../time/range';
import { type FacetGroup, toGroups } from './facets';
import { defaultBy, type Histogram, mostLayers, toHistogram, toPast } from './histogram';

/** A histogram with the filter and the window that its counts are of. */
export interface HistogramOfWindow extends Histogram {
  filter: string;
  window: TimeWindow;
}

/** The facets of a selection. */
export interface FacetsOfSelection {
  groups: readonly FacetGroup[];
  selection: Selection;
}

/** What was answered last, and whether it answers an earlier question. */
export interface Kept<T> {
  data: T | undefined;
  old: boolean;
}

/** Keeps the last answer while the next one is on its way, and where there is none because the question was wrong. */
export function useKept<T>({ data, isPlaceholderData, isError }: UseQueryResult<T>): Kept<T> {
  const [last, setLast] = useState(data);
  if (data !== undefined && data !== last) setLast(data);
  return { data: data ?? last, old: isPlaceholderData || isError };
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

/** Counts records by time and the values of a field. */
export function useHistogram(
  filter: string,
  window: TimeWindow,
  options: HistogramOptions,
): Kept<HistogramOfWindow> {
  const { buckets, by, zone, live } = options;
  const step = stepFor(window, buckets);
  const answer = useQuery({
    queryKey: ['hits', filter, window.start, window.end, step, by, zone],
    queryFn: async ({ signal }): Promise<HistogramOfWindow> => {
      const grid = gridOf(window, step, zone);
      const most = by === defaultBy ? undefined : mostLayers;
      const cut = { step, offset: grid.offset, field: by, ...(most && { most }) };
      const groups = await fetchHits({ query: filter, ...window }, cut, signal);
      return { ...toHistogram(groups, grid, by), filter, window };
    },
    placeholderData: keepPreviousData,
    refetchInterval: live && Math.min(liveRefresh, step),
    gcTime: 60_000,
  });
  return useKept(answer);
}

/** Counts of the earlier time that a histogram is compared with, on the histogram's own buckets; null without one. */
export function usePast(
  histogram: HistogramOfWindow | undefined,
  vs: string | undefined,
): number[] | null {
  const earlier = vs ? lengthMillis(vs) : Number.NaN;
  const { filter, window, step, offset } = histogram ?? {};
  const { data } = useQuery({
    queryKey: ['past', filter, window?.start, window?.end, step, offset, vs],
    queryFn: async ({ signal }) => {
      if (!histogram) return null;
      // The present window may end later than now; so much of the past is not compared with.
      const { start } = histogram.window;
      const end = Math.max(start + 1, Math.min(histogram.window.end, Date.now()));
      const selection = { query: histogram.filter, start: start - earlier, end: end - earlier };
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

/** Counts records by the values of their fields. */
export function useFacets(filter: string, window: TimeWindow): Kept<FacetsOfSelection> {
  const answer = useQuery({
    queryKey: ['facets', filter, window.start, window.end],
    queryFn: async ({ signal }): Promise<FacetsOfSelection> => {
      const selection = { query: filter, ...window };
      return { groups: toGroups(await fetchFacets(selection, facetValues, signal)), selection };
    },
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
  return useKept(answer);
}

/**
 * While `moving`, the window goes along with the clock by whole steps. It ends within a step ahead of now, so that what it is cut
 * into stays where it is until the next step begins; or behind now, so that whatever is asked about it is asked of the same records.
 */
export function useMovingWindow(
  window: TimeWindow,
  moving: boolean,
  step: number,
  end: 'ahead' | 'behind' = 'ahead',
): TimeWindow {
  const [moved, setMoved] = useState({ of: window, by: 0 });
  useEffect(() => {
    if (!moving) return;
    const began = Date.now();
    const follow = () => {
      const steps = (Date.now() - began) / step;
      const by = (end === 'ahead' ? Math.ceil(steps) : Math.floor(steps)) * step;
      setMoved((old) => (old.of === window && old.by === by ? old : { of: window, by }));
    };
    const timer = setInterval(follow, Math.min(step, 1000));
    return () => clearInterval(timer);
  }, [window, moving, step, end]);
  const by = moving && moved.of === window ? moved.by : 0;
  return useMemo(() => ({ start: window.start + by, end: window.end + by }), [window, by]);
}
