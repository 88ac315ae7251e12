import { queryOptions, useQuery } from '@tanstack/react-query';
import { fetchMe, type Me, type Permission } from '../api/me';
import { queries } from './queries';
import { setSessionEnded } from './sessionEnded';

const patience = 4000; // ms

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    const me = await fetchMe(AbortSignal.any([signal, AbortSignal.timeout(patience)]));
    const before = queries.getQueryData<Me>(['me']);
    if (!before || !isSomebody(before)) return me;
    // The page stays as it is, with what was typed, until somebody signs in again.
    if (!isSomebody(me)) setSessionEnded(true);
    else if (isAnother(before, me)) location.reload();
    else return me;
    return before;
  },
  refetchOnWindowFocus: 'always', // roles change, and sessions end, while nobody looks
  retryOnMount: false,
});

/** Reports whether the server takes the page for somebody: who is signed in, or the machine itself before there are accounts. */
export function isSomebody({ kind }: Pick<Me, 'kind'>): boolean {
  return kind !== '';
}

/** Reports whether a page of one person must not be shown to the other: nothing read before may stay on it. */
export function isAnother(before: Me, now: Me): boolean {
  return before.kind === 'user' && (before.id !== now.id || before.seen_by_id !== now.seen_by_id);
}

/** Names a provider as the page to sign in does; of one that is not configured any more the id is left. */
export function providerName(me: Pick<Me, 'sign_in'> | undefined, id: string): string {
  return me?.sign_in.providers.find((one) => one.id === id)?.name || id;
}

/** Asks who one is, once; undefined when the server does not say, which is no reason to keep anybody from a page. */
export async function askMe(): Promise<Me | undefined> {
  if (queries.getQueryState(meQuery.queryKey)?.status === 'error') {
    void queries.prefetchQuery(meQuery);
    return undefined;
  }
  return queries.ensureQueryData(meQuery).catch(() => undefined);
}

interface Known {
  /** Whom the server takes the page for; undefined while it does not say. */
  me: Me | undefined;
  /** Reports whether something is allowed, so that it is worth showing. The server decides; while it is silent all is shown. */
  may: (permission: Permission) => boolean;
}

/** Returns who looks at the page, and what is allowed. */
export function useMe(): Known {
  const { data: me } = useQuery(meQuery);
  return { me, may: (permission) => mayDo(me, permission) };
}

/** Reports whether somebody has a permission; of somebody unknown all is believed. */
export function mayDo(me: Pick<Me, 'permissions'> | undefined, permission: Permission): boolean {
  return !me || me.permissions.includes(permission);
}
