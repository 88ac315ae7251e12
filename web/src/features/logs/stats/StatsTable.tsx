import { type CSSProperties, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Row } from '../../../api/rows';
import { useTime } from '../../../app/TimeProvider';
import { dayClock } from '../../../time/clock';
import { Icon } from '../../../ui/Icon';
import { Menu, MenuItem, MenuLabel } from '../../../ui/Menu';
import { useViewport } from '../../../ui/useViewport';
import { visibleRange } from '../../../ui/windowing';
import { termAttributes } from '../terms';
import css from './StatsTable.module.css';
import {
  numberOf,
  readSort,
  type SortBy,
  type StatsColumn,
  sortRows,
  type StatsTable as Table,
} from './table';
import { type Unit, units } from './units';
import { useUnitText } from './useUnitText';

const rowHeight = 26;

interface StatsTableProps {
  table: Table;
  /** Fields of the records that the groups are made of; their values can be narrowed down to. */
  by: readonly string[];
  /** As the URL has it. */
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
  onUnit: (column: string, unit: Unit) => void;
  onNarrow: (field: string, value: string, mode: 'only' | 'not') => void;
  /** A time bucket was chosen. */
  onMoment: (start: number) => void;
}

/** What pipes answered as a table: numbers in units with bars, sorted by a click on the head, drawn as far as it is seen. */
export function StatsTable(props: StatsTableProps) {
  const { table, by, sort, onSort, onUnit } = props;
  const { t } = useTranslation();
  const scroller = useRef<HTMLElement>(null);
  const viewport = useViewport(scroller);
  const sorted = readSort(sort);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text says all about the order
  const rows = useMemo(() => sortRows(table, sorted), [table, sort]);
  const { first, last } = visibleRange(viewport, rows.length, rowHeight, null, 12);
  const room = {
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
            {table.columns.map((column) => (
              <Head
                key={column.name}
                column={column}
                sorted={sorted?.column === column.name ? sorted : null}
                onSort={onSort}
                onUnit={onUnit}
              />
            ))}
          </tr>
        </thead>
        <tbody className={css.body} style={room}>
          {rows.slice(first, last).map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a group has no name of its own, and its place says which it is
            <tr key={first + i} aria-rowindex={first + i + 2}>
              {table.columns.map((column) => (
                <Cell key={column.name} row={row} column={column} {...props} by={by} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface HeadProps {
  column: StatsColumn;
  sorted: SortBy | null;
  onSort: (sort: string | undefined) => void;
  onUnit: (column: string, unit: Unit) => void;
}

function Head({ column: { name, role, unit }, sorted, onSort, onUnit }: HeadProps) {
  const { t } = useTranslation();
  // Numbers show what is largest first; a third press gives the answer's own order back.
  const first = role === 'value' ? `-${name}` : name;
  const second = role === 'value' ? name : `-${name}`;
  const now = sorted ? (sorted.descending ? `-${name}` : name) : undefined;
  const next = now === undefined ? first : now === first ? second : undefined;
  const order = sorted ? (sorted.descending ? 'descending' : 'ascending') : 'none';
  return (
    <th scope="col" aria-sort={order} data-number={role === 'value' || undefined}>
      <span className={css.head}>
        <button type="button" title={t('logs.stats.sort')} onClick={() => onSort(next)}>
          <span translate="no">{name}</span>
          {sorted && <Icon name={sorted.descending ? 'down' : 'fold'} size={11} />}
        </button>
        {role === 'value' && (
          <Menu
            target={
              <button
                type="button"
                className={css.unit}
                aria-label={t('logs.stats.unitOf', { column: name })}
              >
                {t(`logs.stats.units.${unit}`)}
                <Icon name="down" size={10} />
              </button>
            }
          >
            <MenuLabel>{t('logs.stats.unit')}</MenuLabel>
            {units.map((one) => (
              <MenuItem key={one} checked={one === unit} onClick={() => onUnit(name, one)}>
                {t(`logs.stats.units.${one}`)}
              </MenuItem>
            ))}
          </Menu>
        )}
      </span>
    </th>
  );
}

interface CellProps extends Pick<StatsTableProps, 'by' | 'onNarrow' | 'onMoment'> {
  row: Row;
  column: StatsColumn;
}

function Cell({ row, column, by, onNarrow, onMoment }: CellProps) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const unitText = useUnitText();
  const { name, role, unit, max } = column;
  const text = row[name];
  if (role === 'value') {
    const value = numberOf(row, name);
    const share = max > 0 && value > 0 ? (value / max) * 100 : 0;
    return (
      <td data-number data-zero={value === 0 || undefined} title={text}>
        <span className={css.value}>
          <i style={{ width: `${share}%` }} />
          <b>{unitText(value, unit)}</b>
        </span>
      </td>
    );
  }
  if (text === undefined || text === '') return <td>–</td>;
  if (role === 'time') {
    const at = Date.parse(text);
    return (
      <td>
        <button type="button" title={t('logs.stats.zoom')} onClick={() => onMoment(at)}>
          {dayClock(at, zone, 'second')}
        </button>
      </td>
    );
  }
  if (!by.includes(name))
    return (
      <td title={text} translate="no">
        {text}
      </td>
    );
  return (
    <td title={text}>
      <button
        type="button"
        aria-label={t('logs.onlyOf', { field: name, value: text })}
        {...termAttributes({ field: name, value: text })}
        onClick={() => onNarrow(name, text, 'only')}
      >
        <span translate="no">{text}</span>
      </button>
    </td>
  );
}
