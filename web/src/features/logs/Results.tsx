import {
  lazy,
  type ReactNode,
  type Ref,
  Suspense,
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import type { TimeRange } from '../../time/range';
import { EmptyResult } from './EmptyResult';
import { LogList, type LogListHandle } from './LogList';
import css from './Results.module.css';
import { isMissing, type RowStore, type RowsSnapshot } from './rowStore';
import { TailBar } from './TailBar';
import type { TailState } from './useLiveTail';

const RowGone = lazy(() => import('./RowGone'));

/** What the page may do with the results. */
export interface ResultsHandle {
  /** Lets live rows flow again: closes the row, goes to the top, shows what was held. */
  resume: () => void;
}

interface ResultsProps {
  rows: RowsSnapshot;
  store: RowStore;
  query: string;
  /** Id of the opened row. */
  opened: string | undefined;
  live: boolean;
  tail: TailState;
  /** Shown in place of lines, when rows are a table that pipes made. */
  table: ReactNode;
  /** See LogList. */
  onPlace: (time: number | undefined) => void;
  onHold: (held: boolean) => void;
  onOpen: (id: string | undefined) => void;
  onNarrow: (field: string, value: string, mode: 'only' | 'not') => void;
  onRange: (range: TimeRange) => void;
  onRefresh: () => void;
  ref?: Ref<ResultsHandle>;
}

/** The answer: lines or a table, what flows in, or why there is nothing. */
export function Results(props: ResultsProps) {
  const { rows, store, query, opened, live, tail, table, onHold, onOpen, onNarrow, ref } = props;
  const list = useRef<LogListHandle>(null);
  const [paused, setPaused] = useState(false);
  const [away, setAway] = useState(false);

  const reason = paused ? 'paused' : opened ? 'open' : away ? 'away' : null;
  const hold = live && reason !== null;
  useEffect(() => onHold(hold), [hold, onHold]);
  useEffect(() => {
    if (!live) setPaused(false);
  }, [live]);

  const resume = useCallback(() => {
    setPaused(false);
    onOpen(undefined);
    list.current?.toTop();
    void store.newest();
  }, [onOpen, store]);
  useImperativeHandle(ref, () => ({ resume }), [resume]);

  const bar = (
    <>
      {live && (
        <TailBar
          tail={tail}
          reason={hold ? reason : null}
          held={rows.held}
          onPause={() => setPaused(true)}
          onResume={resume}
        />
      )}
      {opened && isMissing(rows, opened) && (
        <Suspense>
          <RowGone onClose={() => onOpen(undefined)} />
        </Suspense>
      )}
    </>
  );
  const empty = rows.rows.length === 0 && !rows.old;
  return (
    <section
      className={css.results}
      data-old={rows.old || undefined}
      aria-busy={rows.state === 'asking'}
    >
      {empty && rows.state === 'idle' && rows.stats ? (
        <>
          {bar}
          <EmptyResult
            query={query}
            live={live}
            onRange={props.onRange}
            onRefresh={props.onRefresh}
          />
        </>
      ) : table ? (
        table
      ) : (
        <LogList
          ref={list}
          rows={rows}
          store={store}
          query={query}
          opened={opened}
          onOpen={onOpen}
          onNarrow={onNarrow}
          onAway={setAway}
          onPlace={props.onPlace}
          bar={bar}
        />
      )}
    </section>
  );
}
