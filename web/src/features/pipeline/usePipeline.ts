import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { fetchPipeline, fetchPipelineEvents } from '../../api/pipeline';

const interval = 1000; // the server asks the brokers no more often

/** Asks each second, while the page is in sight, how the pipeline is. */
export function usePipeline() {
  return useQuery({
    queryKey: ['pipeline'],
    queryFn: ({ signal }) => fetchPipeline(signal),
    refetchInterval: interval,
    staleTime: 0,
  });
}

/** Asks as often what happened to its members over the last minutes. */
export function usePipelineEvents(minutes: number) {
  return useQuery({
    queryKey: ['pipeline events', minutes],
    queryFn: ({ signal }) => fetchPipelineEvents(minutes, signal),
    placeholderData: keepPreviousData,
    refetchInterval: interval,
    staleTime: 0,
  });
}
