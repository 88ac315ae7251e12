import { type CSSProperties, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useViewport } from '../../ui/useViewport';
import { visibleRange } from '../../ui/windowing';
import css from './ResultTable.module.css';
import type { LogRecord } from './record';

const rowHeight = 26;
const sampled = 200;
const numeric = /^-?\d[\d.]*(?:e[+-]?\d+)?$/i;

/** Rows that pipes made, as a table with a column for each field. Numbers stand right. */
export function ResultTable({ rows }: { rows: readonly LogRecord[] }) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLElement>(null);
  const viewport = useViewport(scroller);
  const columns = useMemo(() => columnsOf(rows), [rows]);
  const { first, last } = visibleRange(viewport, rows.length, rowHeight, null, 10);
  const spacers = {
    '--log-above': `${first * rowHeight}px`,
    '--log-below': `${(rows.length - last) * rowHeight}px`,
  } as CSSProperties;
  return (
    <section
      ref={scroller}
      className={css.scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={t('logs.table')}
    >
      <table className={css.table} aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {columns.map(({ name, number }) => (
              <th key={name} scope="col" data-number={number || undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className={css.body} style={spacers}>
          {rows.slice(first, last).map(({ id, row }, i) => (
            <tr key={id} aria-rowindex={first + i + 2}>
              {columns.map(({ name, number }) => (
                <td key={name} data-number={number || undefined} title={row[name]}>
                  {row[name] ?? '–'}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function columnsOf(rows: readonly LogRecord[]): { name: string; number: boolean }[] {
  const columns = new Map<string, boolean>();
  for (const { row } of rows.slice(0, sampled)) {
    for (const [name, value] of Object.entries(row)) {
      columns.set(name, (columns.get(name) ?? true) && numeric.test(value));
    }
  }
  return [...columns].map(([name, number]) => ({ name, number }));
}
