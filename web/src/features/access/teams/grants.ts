import type { Grant } from '../../../api/access';
import { streamOf } from '../scope';

/** A grant as it is being written; the id keeps its place while others come and go. */
export interface DraftGrant {
  id: number;
  datasets: readonly string[];
  stream: string;
}

/** Begins with what holds, or with one grant of all. */
export function draftsOf(grants: readonly Grant[]): DraftGrant[] {
  return grants.map((grant, id) => ({
    id,
    datasets: grant.datasets ?? [],
    stream: streamOf(grant),
  }));
}

/** Returns grants as the server takes them: what bounds nothing is left out, and a grant of everything says so. */
export function grantsOf(drafts: readonly DraftGrant[]): Grant[] {
  return drafts.map((draft) => {
    const stream = streamOf(draft);
    if (draft.datasets.length === 0) return { stream: stream || '*' };
    return { datasets: draft.datasets.toSorted(), ...(stream !== '' && { stream }) };
  });
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
