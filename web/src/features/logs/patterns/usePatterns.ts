import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { fetchPatterns, fetchPatternVars, type PatternList } from '../../../api/patterns';
import type { Selection } from '../../../api/select';
import { type Kept, useKept } from '../useSelectionQueries';

const keep = 60_000; // ms; a list may be large

export interface PatternsAnswer extends Kept<PatternList> {
  error: unknown;
  asking: boolean;
  again: () => void;
  /** Stops asking. */
  cancel: () => void;
}

/** Groups the selected lines into patterns; the last answer stays while the next one is on its way. */
export function usePatterns(
  selection: Selection,
  compare: string,
  enabled: boolean,
): PatternsAnswer {
  const queries = useQueryClient();
  const queryKey = ['patterns', selection, compare];
  const answer = useQuery({
    queryKey,
    queryFn: ({ signal }) => fetchPatterns(selection, compare, signal),
    placeholderData: keepPreviousData,
    gcTime: keep,
    enabled,
  });
  const { error, isFetching, refetch } = answer;
  return {
    ...useKept(answer),
    error,
    asking: isFetching,
    again: () => void refetch(),
    cancel: () => void queries.cancelQueries({ queryKey }),
  };
}

/** Counts what the variables of a pattern hold. */
export function usePatternVars(id: string, selection: Selection) {
  return useQuery({
    queryKey: ['pattern vars', id, selection],
    queryFn: ({ signal }) => fetchPatternVars(id, selection, signal),
    gcTime: keep,
  });
}
