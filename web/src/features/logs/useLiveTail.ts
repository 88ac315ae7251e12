import { useEffect, useRef, useState } from 'react';
import { asProblem, isAbort, type Problem } from '../../api/problem';
import { type Row, type TailCounts, tailRows } from '../../api/rows';

/** The state of a live tail. */
export interface TailState extends TailCounts {
  /** `waiting` is between two attempts, `failed` means that another attempt would not help. */
  phase: 'off' | 'connecting' | 'open' | 'waiting' | 'failed';
  problem: Problem | undefined;
}

interface Handlers {
  /** Called when the server begins to listen anew, without a cursor: rows before this moment come by query only. */
  onOpen: () => void;
  onRows: (rows: readonly Row[]) => void;
}

/** Rows shown in a second at most: an eye follows far fewer, and more would make the page stutter. */
export const maxRate = 200;

const still = { rate: 0, shown: 0 };
const off: TailState = { ...still, sampled: 0, skipped: 0, phase: 'off', problem: undefined };
const firstWait = 1000;
const longestWait = 15_000;

/** Reports whether the same request may succeed later: no answer, too busy, or the server's own failure. */
function mayRetry({ status }: Problem): boolean {
  return status === undefined || status === 429 || status >= 500;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
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
      // The server counts what a connection left out; the list is of all of them.
      const leftOut = { sampled: 0, skipped: 0 };
      while (!abort.signal.aborted) {
        set({ phase: 'connecting' });
        const before = { ...leftOut };
        try {
          for await (const piece of tailRows(query, cursor, maxRate, abort.signal)) {
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
              leftOut.sampled = before.sampled + piece.state.sampled;
              leftOut.skipped = before.skipped + piece.state.skipped;
              set({ ...piece.state, ...leftOut });
            }
          }
          set({ phase: 'waiting', ...still });
        } catch (error) {
          if (isAbort(error)) return;
          const problem = asProblem(error);
          if (!mayRetry(problem)) {
            set({ phase: 'failed', ...still, problem });
            return;
          }
          set({ phase: 'waiting', ...still, problem });
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
