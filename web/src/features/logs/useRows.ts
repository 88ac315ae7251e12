import { useEffect, useState, useSyncExternalStore } from 'react';
import { RowStore, type RowsSnapshot } from './rowStore';

/** Asks for the rows of a query whenever it or its window changes. */
export function useRows(query: string, start: number, end: number): [RowsSnapshot, RowStore] {
  const [store] = useState(() => new RowStore());
  useEffect(() => {
    void store.ask({ query, start, end });
    return () => store.stop();
  }, [store, query, start, end]);
  return [useSyncExternalStore(store.subscribe, store.getSnapshot), store];
}
