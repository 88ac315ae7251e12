import { useSyncExternalStore } from 'react';
import { type Problem, watchProblems } from '../api/problem';

let ended = false;
const watchers = new Set<() => void>();

/** Says whether requests are refused because nobody is signed in any more. */
export function setSessionEnded(next: boolean): void {
  if (ended === next) return;
  ended = next;
  for (const watcher of watchers) watcher();
}

/** Reports whether a problem says that one must sign in, first or again; a refused password says something else. */
export function asksForSession({ code, status }: Problem): boolean {
  return status === 401 && (code === 'access.required' || code === 'access.expired');
}

watchProblems((problem) => {
  if (asksForSession(problem)) setSessionEnded(true);
});

/** Returns whether the session of the page has ended. */
export function useSessionEnded(): boolean {
  return useSyncExternalStore(watch, () => ended);
}

function watch(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}
