// Records that are deleted by query: a job on the server that goes on by itself.
import { client } from './client';
import type { components } from './schema';

export type Deletion = components['schemas']['Deletion'];
export type DeletionPreview = components['schemas']['DeletionPreview'];

/** Which records are meant. Without `start` and `end` only the query bounds their time. */
export interface DeletionWish {
  query: string;
  /** RFC 3339, `end` exclusive. */
  start?: string;
  end?: string;
  /** Confirms that records of all time are meant. */
  all_time?: boolean;
}

/** Lists all deletions that were ever asked for, the last one first. */
export async function fetchDeletions(signal: AbortSignal): Promise<readonly Deletion[]> {
  const { data } = await client.GET('/api/v1/logs/deletions', { signal });
  return data?.deletions ?? [];
}

/** Counts what a deletion would remove and shows some of it; nothing is removed. */
export async function previewDeletion(wish: DeletionWish): Promise<DeletionPreview> {
  const { data } = await client.POST('/api/v1/logs/deletions', {
    body: { ...wish, dry_run: true },
  });
  if (!data?.dry_run) throw new TypeError('the answer holds no preview');
  return data.dry_run;
}

/** Begins to remove records. The reason is kept with what was removed. */
export async function startDeletion(wish: DeletionWish, reason: string): Promise<void> {
  await client.POST('/api/v1/logs/deletions', { body: { ...wish, reason } });
}

/** Ends a deletion; what it has removed stays removed. */
export async function cancelDeletion(id: string): Promise<void> {
  await client.POST('/api/v1/logs/deletions/{id}/cancel', { params: { path: { id } } });
}
