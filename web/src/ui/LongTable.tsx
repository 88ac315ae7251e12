import { type ReactNode, useEffect, useRef } from 'react';
import { useKeys } from './keys';
import css from './LongTable.module.css';
import { usePhone } from './media';
import { stepRow } from './rows';
import { useViewport } from './useViewport';
import { visibleRange } from './windowing';

// In px. On the phone what has no column of its own stands under the name.
const rowHeight = { desk: 30, phone: 50 };
const overscan = 8;

/** `number` aligns to the right, `mono` is for times and ids; `wide` and `wider` columns go where there is less room. */
type Mark = 'number' | 'mono' | 'wide' | 'wider';

export interface Column<T> {
  /** Tells the columns apart. */
  id: string;
  head: ReactNode;
  marks?: readonly Mark[];
  cell: (row: T) => ReactNode;
  /** Part of the width that the column takes, where its text may be cut: `30%`; on the phone it may be another. */
  width?: string;
  phoneWidth?: string;
}

interface LongTableProps<T> {
  /** Names the table for screen readers. */
  label: string;
  /** The first one names the row. */
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
  /** The row whose panel is open. */
  openKey?: string | undefined;
  /** A row that is no longer in use is grey. */
  isOff?: (row: T) => boolean;
  /** Called when the end comes into view, to load more. */
  onEnd?: (() => void) | undefined;
  /** Stands behind the last row. */
  foot?: ReactNode;
}

/** A table that is the page, of any length: only rows in view are drawn. `j` and `k` move between what carries `data-row`. */
export function LongTable<T>(props: LongTableProps<T>) {
  const { label, columns, rows, keyOf, openKey, isOff, onEnd, foot } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const phone = usePhone();
  const height = phone ? rowHeight.phone : rowHeight.desk;
  const view = useViewport(scroller);
  const { first, last } = visibleRange(view, rows.length, height, null, overscan);
  useKeys({ j: () => stepRow(body.current, 1), k: () => stepRow(body.current, -1) });
  const ended = last >= rows.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each longer list has an end of its own
  useEffect(() => {
    if (ended && view.height > 0) onEnd?.();
  }, [ended, view.height, rows.length]);
  return (
    <div ref={scroller} className={css.scroller}>
      <table className={css.table} aria-label={label} aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {columns.map(({ id, head, marks, width, phoneWidth = width }) => (
              <th
                key={id}
                scope="col"
                style={{ width: phone ? phoneWidth : width }}
                {...dataOf(marks)}
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {first > 0 && <tr style={{ height: first * height }} data-space />}
          {rows.slice(first, last).map((row, i) => (
            <tr
              key={keyOf(row)}
              aria-rowindex={first + i + 2}
              data-open={keyOf(row) === openKey || undefined}
              data-off={isOff?.(row) || undefined}
            >
              {columns.map(({ id, marks, cell, width }, at) => {
                const data = { ...dataOf(marks), ...(width && { 'data-cut': '' }) };
                return at === 0 ? (
                  <th key={id} scope="row" {...data}>
                    {cell(row)}
                  </th>
                ) : (
                  <td key={id} {...data}>
                    {cell(row)}
                  </td>
                );
              })}
            </tr>
          ))}
          {!ended && <tr style={{ height: (rows.length - last) * height }} data-space />}
        </tbody>
      </table>
      {foot}
    </div>
  );
}

function dataOf(marks: readonly Mark[] = []): Record<string, string> {
  return Object.fromEntries(marks.map((mark) => [`data-${mark}`, '']));
}
