import type { Row } from '../../../api/rows';
import type { View } from '../search';
import { bucketMillis, type QueryShape } from './shape';
import { guessUnit, type Unit } from './units';

/** A column of a table that pipes made. */
export interface StatsColumn {
  name: string;
  /** `label` names a group, `value` is a number about it. */
  role: 'time' | 'label' | 'value';
  unit: Unit;
  /** The largest number, for bars in cells. */
  max: number;
}

/** The answer of pipes, as its views need it. */
export interface StatsTable {
  columns: StatsColumn[];
  rows: readonly Row[];
}

const numeric = /^(?:NaN|[+-]?Inf|-?\d[\d.]*(?:e[+-]?\d+)?)$/i;
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** Returns the number of a cell; NaN when it has none. */
export function numberOf(row: Row, column: string): number {
  const text = row[column];
  return text === undefined || text === '' ? Number.NaN : Number(text);
}

/** Finds out what the columns of an answer are: by the query's groups, else by what the cells hold. */
export function tableOf(
  rows: readonly Row[],
  shape: QueryShape,
  chosen: ReadonlyMap<string, Unit>,
): StatsTable {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  const columns = [...names].map((name): StatsColumn => {
    const cells = rows.flatMap((row) => (row[name] ? [row[name]] : []));
    const full = cells.length > 0;
    if (name === '_time' && full && cells.every((cell) => moment.test(cell))) {
      return { name, role: 'time', unit: 'none', max: 0 };
    }
    if (shape.by.includes(name) || !full || !cells.every((cell) => numeric.test(cell))) {
      return { name, role: 'label', unit: 'none', max: 0 };
    }
    const max = cells.reduce((most, cell) => Math.max(most, Number(cell) || 0), 0);
    const unit = chosen.get(name) ?? guessUnit(name, shape, max);
    return { name, role: 'value', unit, max };
  });
  const order = { time: 0, label: 1, value: 2 };
  columns.sort((a, b) => order[a.role] - order[b.role]);
  return { columns, rows };
}

/** The columns of one role. */
export function columnsOf(table: StatsTable, role: StatsColumn['role']): StatsColumn[] {
  return table.columns.filter((column) => column.role === role);
}

const mostBars = 40;

/** Returns the view that fits an answer: a number, a course of time, bars of one label and one number, else the table. */
export function fittingView(table: StatsTable): Exclude<View, 'lines'> {
  const { rows } = table;
  const values = columnsOf(table, 'value').length;
  const labels = columnsOf(table, 'label').length;
  if (values === 0 || rows.length === 0) return 'table';
  const timed = columnsOf(table, 'time').length > 0;
  if (rows.length === 1 && values === 1 && labels === 0 && !timed) return 'number';
  if (timed) return rows.length > 1 ? 'chart' : 'table';
  return labels === 1 && values === 1 && rows.length > 1 && rows.length <= mostBars
    ? 'chart'
    : 'table';
}

/** A column to sort by. */
export interface SortBy {
  column: string;
  descending: boolean;
}

/** Reads `column` or `-column` of the URL. */
export function readSort(text: string | undefined): SortBy | null {
  if (!text) return null;
  const descending = text.startsWith('-');
  return { column: descending ? text.slice(1) : text, descending };
}

/** Sorts rows by a column: numbers by size, text in natural order, cells without a value last. */
export function sortRows({ columns, rows }: StatsTable, by: SortBy | null): readonly Row[] {
  const column = columns.find(({ name }) => name === by?.column);
  if (!by || !column) return rows;
  const sign = by.descending ? -1 : 1;
  const { name } = column;
  const missing = (row: Row) => (row[name] === undefined || row[name] === '' ? 1 : 0);
  const compare =
    column.role === 'value'
      ? (a: Row, b: Row) => numberOf(a, name) - numberOf(b, name)
      : (a: Row, b: Row) =>
          (a[name] ?? '').localeCompare(b[name] ?? '', undefined, { numeric: true });
  return [...rows].sort((a, b) => missing(a) - missing(b) || sign * compare(a, b));
}

/** Returns the width of an answer's time buckets: what the query says, else the least distance of two rows. */
export function stepOf(table: StatsTable, shape: QueryShape): number {
  if (shape.step) return shape.step;
  const times = [...new Set(table.rows.map((row) => Date.parse(row._time ?? '')))].sort(
    (a, b) => a - b,
  );
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < times.length; i++)
    least = Math.min(least, (times[i] ?? 0) - (times[i - 1] ?? 0));
  return Number.isFinite(least) ? least : (bucketMillis('1m') ?? 0);
}
