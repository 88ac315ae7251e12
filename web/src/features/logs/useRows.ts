import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { RowStore, type RowsSnapshot } from './rowStore';

/**
 * Asks for the rows of a query whenever it or its window changes, and at each refresh, which has a moment of its own. `at` is where
 * the list begins then, in ms.
 */
export function useRows(
  query: string,
  start: number,
  end: number,
  refreshed: number,
  at: number | undefined,
): [RowsSnapshot, RowStore] {
  const [store] = useState(() => new RowStore());
  // Scrolling moves it; only a new question asks for it.
  const begin = useRef(at);
  useEffect(() => {
    begin.current = at;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a refresh of a fixed range asks the same again
  useEffect(() => {
    void store.ask({ query, start, end }, begin.current);
    return () => store.stop();
  }, [store, query, start, end, refreshed]);
  return [useSyncExternalStore(store.subscribe, store.getSnapshot), store];
}
