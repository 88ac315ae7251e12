// Who sends, and what is kept of what could not be stored as it was meant.
import { getJSON } from './request';
import type { components } from './schema';

/** One sender as an input counts it. */
export type Source = components['schemas']['Source'];

/** The senders and what all of them together do. */
export type Sources = components['schemas']['SourceList'];

/** Lists the senders; throws as request.get does. */
export function fetchSources(signal: AbortSignal): Promise<Sources> {
  return getJSON('/api/v1/sources', {}, signal);
}

/** A kind of input. */
export type InputType = components['schemas']['InputType'];

/** Lists the kinds of inputs. */
export async function fetchInputs(signal: AbortSignal): Promise<InputType[]> {
  const answer = await getJSON<components['schemas']['InputsOutputBody']>(
    '/api/v1/inputs',
    {},
    signal,
  );
  return answer.inputs ?? [];
}
