// Who sends, and what is kept of what could not be stored as it was meant.
import { getJSON } from './request';
import type { components } from './schema';

/** One sender as an input counts it. */
export type Source = components['schemas']['Source'];

export type Sources = components['schemas']['SourceList'];

/** Lists the senders; throws as request.get does. */
export function fetchSources(signal: AbortSignal): Promise<Sources> {
  return getJSON('/api/v1/sources', {}, signal);
}
