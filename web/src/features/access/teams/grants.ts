import type { Grant } from '../../../api/access';

/** A grant as it is being written; the id keeps its place while others come and go. */
export interface DraftGrant {
  id: number;
  datasets: readonly string[];
  stream: string;
}

/** Begins with what holds, or with one grant of all. */
export function draftsOf(grants: readonly Grant[]): DraftGrant[] {
  return grants.map(({ datasets, stream = '' }, id) => ({ id, datasets: datasets ?? [], stream }));
}

/** Returns grants as the server takes them: what bounds nothing is left out. */
export function grantsOf(drafts: readonly DraftGrant[]): Grant[] {
  return drafts.map(({ datasets, stream }) => ({
    ...(datasets.length > 0 && { datasets: datasets.toSorted() }),
    ...(stream.trim() !== '' && { stream: stream.trim() }),
  }));
}

/** Adds a grant of all, to be narrowed. */
export function withGrant(drafts: readonly DraftGrant[]): DraftGrant[] {
  const id = Math.max(-1, ...drafts.map((one) => one.id)) + 1;
  return [...drafts, { id, datasets: [], stream: '' }];
}

/** Reports whether the drafts grant something else than what holds. */
export function isChanged(drafts: readonly DraftGrant[], grants: readonly Grant[]): boolean {
  return JSON.stringify(grantsOf(drafts)) !== JSON.stringify(grantsOf(draftsOf(grants)));
}
