import { useCallback } from 'react';
import type { Me } from '../api/me';
import { isAnother, meQuery } from './me';
import { queries } from './queries';
import { setSessionEnded } from './sessionEnded';

/**
 * Returns what to do when somebody has signed in on this page. What was read before is read again; when it was read by somebody
 * else, the whole page is loaded anew, so that nothing of it stays.
 */
export function useSignedIn(): (me: Me) => void {
  return useCallback((me: Me) => {
    const before = queries.getQueryData(meQuery.queryKey);
    if (before && isAnother(before, me)) {
      location.reload();
      return;
    }
    queries.setQueryData(meQuery.queryKey, me);
    setSessionEnded(false);
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' });
  }, []);
}
