// What to change in the queue, from measured figures.
import { client } from './client';
import type { components } from './schema';

export type Advice = components['schemas']['Advice'];
/** What to change first, what is fine last, and the time that was measured. */
export type PipelineAdvice = components['schemas']['PipelineAdvice'];

/** Says what to change; throws as request.get does. */
export async function fetchAdvice(signal: AbortSignal): Promise<PipelineAdvice> {
  const { data } = await client.GET('/api/v1/pipeline/advice', { signal });
  if (!data) throw new TypeError('the advice is empty');
  return data;
}
