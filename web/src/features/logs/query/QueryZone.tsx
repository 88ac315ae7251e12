import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, type ReactNode, type Ref, Suspense, useEffect, useMemo } from 'react';
import type { Problem } from '../../../api/problem';
import { useTime } from '../../../app/TimeProvider';
import { CostLine } from '../CostLine';
import { ExportBars } from '../export/ExportBars';
import { rememberQuery } from '../history/history';
import { QueryProblem } from '../QueryProblem';
import type { RowsSnapshot } from '../rowStore';
import { useCompleter } from '../useCompleter';
import { indexOfByte } from './edit';
import { QueryLine, type QueryLineHandle } from './QueryLine';
import css from './QueryZone.module.css';
import { useDraft } from './useDraft';

const Builder = lazy(() =>
  import('../builder/Builder').then(({ Builder }) => ({ default: Builder })),
);

interface QueryZoneProps {
  /** The query that is run; empty for everything. */
  query: string;
  rows: RowsSnapshot;
  /** Lines that match in the whole window, when known. */
  total: number | undefined;
  /** What is wrong with the query that was run. */
  problem: Problem | undefined;
  onRun: (query: string) => void;
  onRetry: () => void;
  onCancel: () => void;
  ref?: Ref<QueryLineHandle> | undefined;
  /** Beside the query line. */
  children: ReactNode;
}

/** Where questions are asked: the query line, the builder under it, and what the answer cost or what is wrong. */
export function QueryZone({
  query,
  rows,
  total,
  problem,
  onRun,
  onRetry,
  onCancel,
  ref,
  children,
}: QueryZoneProps) {
  const { window } = useTime();
  const { build = false } = useSearch({ from: '/logs' });
  const navigate = useNavigate();
  const completer = useCompleter(window);
  const { text, setText, problem: drafted, recall } = useDraft(query);
  useEffect(() => rememberQuery(query, Date.now()), [query]);

  const run = text === query;
  const shown = run ? problem : (drafted ?? undefined);
  const position = shown?.position;
  const wrong = useMemo(
    () =>
      position
        ? { start: indexOfByte(text, position.start), end: indexOfByte(text, position.end) }
        : null,
    [text, position],
  );
  // What is wrong at the end of unfinished text may just not be written yet.
  const unfinished = !run && wrong !== null && wrong.end >= text.trimEnd().length;
  return (
    <>
      <div className={css.bar}>
        <QueryLine
          ref={ref}
          text={text}
          wrong={unfinished ? null : wrong}
          completer={completer}
          onChange={setText}
          onRun={onRun}
          onCancel={() => {
            if (rows.state !== 'asking') return false;
            onCancel();
            return true;
          }}
          onRecall={recall}
        />
        {children}
      </div>
      <ExportBars />
      {build && (
        <Suspense>
          <Builder text={text} completer={completer} onRun={onRun} />
        </Suspense>
      )}
      {shown && !unfinished ? (
        <QueryProblem
          problem={shown}
          query={text}
          wrong={wrong}
          typing={!run}
          keepsOld={rows.rows.length > 0}
          onUse={run ? onRun : setText}
          onRetry={onRetry}
        />
      ) : (
        <CostLine
          rows={rows}
          total={total}
          onCancel={onCancel}
          onRetry={onRetry}
          onExplain={() =>
            void navigate({
              to: '/logs',
              replace: true,
              search: (old) => ({ ...old, panel: 'explain' as const }),
            })
          }
        />
      )}
    </>
  );
}
