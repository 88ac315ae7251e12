import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, type ReactNode, type Ref, Suspense } from 'react';
import type { Problem } from '../../../api/problem';
import { CostLine } from '../CostLine';
import { ExportBars } from '../export/ExportBars';
import { QueryProblem } from '../QueryProblem';
import type { RowsSnapshot } from '../rowStore';
import { QueryLine, type QueryLineHandle } from './QueryLine';
import css from './QueryZone.module.css';
import { useQueryText } from './useQueryText';

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
  const { build = false } = useSearch({ from: '/logs' });
  const navigate = useNavigate();
  const { line, said } = useQueryText(query, problem, onRun);
  return (
    <>
      <div className={css.bar}>
        <QueryLine
          ref={ref}
          {...line}
          onRun={onRun}
          onCancel={() => {
            if (rows.state !== 'asking') return false;
            onCancel();
            return true;
          }}
        />
        {children}
      </div>
      <ExportBars />
      {build && (
        <Suspense>
          <Builder text={line.text} completer={line.completer} onRun={onRun} />
        </Suspense>
      )}
      {said ? (
        <QueryProblem {...said} keepsOld={rows.rows.length > 0} onRetry={onRetry} />
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
