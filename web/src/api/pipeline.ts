// The way of records from the queue into segments: who reads which partition, and how far behind.
import { client } from './client';
import type { components } from './schema';

export type Pipeline = components['schemas']['Pipeline'];
export type PipelineMember = components['schemas']['PipelineMember'];
export type PipelinePartition = components['schemas']['PipelinePartition'];
export type PipelineBroker = components['schemas']['PipelineBroker'];
export type PipelineTopic = components['schemas']['PipelineTopic'];
/** Something that happened to the processes that share the queue. */
export type PipelineEvent = components['schemas']['PipelineEvent'];

/** Tells how the pipeline is; throws as request.get does, like all of these. */
export async function fetchPipeline(signal: AbortSignal): Promise<Pipeline> {
  const { data } = await client.GET('/api/v1/pipeline', { signal });
  if (!data) throw new TypeError('the pipeline is empty');
  return data;
}

/** Lists what happened to its members over the last minutes, oldest first. */
export async function fetchPipelineEvents(
  minutes: number,
  signal: AbortSignal,
): Promise<PipelineEvent[]> {
  const query = { since: `${minutes}m` };
  const { data } = await client.GET('/api/v1/pipeline/events', { params: { query }, signal });
  return data?.events ?? [];
}
