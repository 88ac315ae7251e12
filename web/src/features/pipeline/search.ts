import { flagOf } from '../../app/search';

/** What the Pipeline page keeps in its URL beside the time range; what has its default is left out. */
export interface PipelineSearch {
  /** Number of the partition whose details are open. */
  partition?: string | undefined;
  /** The list of what happened is open. */
  events?: true | undefined;
}

/** Takes the parameters of the Pipeline page out of the URL. */
export function validatePipeline({ partition, events }: Record<string, unknown>): PipelineSearch {
  const numbered = typeof partition === 'string' && /^\d{1,9}$/.test(partition);
  return { partition: numbered ? partition : undefined, events: flagOf(events) };
}
