import { useEffect, useRef, useState } from 'react';
import { asProblem, isAbort, type Problem } from '../../api/problem';
import { type Row, tailRows } from '../../api/rows';

/** The state of a live tail. */
export interface TailState {
  /** `waiting` is between two attempts, `failed` means that another attempt would not help. */
  phase: 'off' | 'connecting' | 'open' | 'waiting' | 'failed';
  /** Rows in the last second. */
  rate: number;
  /** Rows that the server left out since the tail began, because this page read too slowly. */
  skipped: number;
  problem: Problem | undefined;
}

interface Handlers {
  /** Called when the server begins to listen anew, without a cursor: rows before this moment come by query only. */
  onOpen: () => void;
  onRows: (rows: readonly Row[]) => void;
}

const off: TailState = { phase: 'off', rate: 0, skipped: 0, problem: undefined };
const firstWait = 1000;
const longestWait = 15_000;

/** Reports whether the same request may succeed later: no answer, too busy, or the server's own failure. */
function mayRetry({ status }: Problem): boolean {
  return status === undefined || status === 429 || status >= 500;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Follows a query while it is enabled, and connects again where the connection broke. */
export function useLiveTail(query: string, enabled: boolean, handlers: Handlers): TailState {
  const [state, setState] = useState(off);
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });

  useEffect(() => {
    if (!enabled) return;
    const abort = new AbortController();
    const set = (change: Partial<TailState>) => {
      if (!abort.signal.aborted) setState((old) => ({ ...old, ...change }));
    };
    const follow = async () => {
      let cursor = '';
      let wait = firstWait;
      while (!abort.signal.aborted) {
        set({ phase: 'connecting' });
        try {
          for await (const piece of tailRows(query, cursor, abort.signal)) {
            if (abort.signal.aborted) return;
            if (piece.kind === 'open') {
              wait = firstWait;
              set({ phase: 'open', problem: undefined });
              if (cursor === '') latest.current.onOpen();
            } else if (piece.kind === 'rows') {
              cursor = piece.cursor;
              latest.current.onRows(piece.rows);
            } else {
              cursor = piece.cursor;
              set({ rate: piece.rate, skipped: piece.skipped });
            }
          }
          set({ phase: 'waiting', rate: 0 });
        } catch (error) {
          if (isAbort(error)) return;
          const problem = asProblem(error);
          if (!mayRetry(problem)) {
            set({ phase: 'failed', rate: 0, problem });
            return;
          }
          set({ phase: 'waiting', rate: 0, problem });
        }
        await pause(wait, abort.signal);
        wait = Math.min(wait * 2, longestWait);
      }
    };
    setState({ ...off, phase: 'connecting' });
    void follow();
    return () => {
      abort.abort();
      setState(off);
    };
  }, [query, enabled]);

  return state;
}
