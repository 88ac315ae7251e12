import { asProblem, isAbort, type Problem } from '../../api/problem';
import {
  cursorOf,
  type QueryProgress,
  type QueryStats,
  queryRows,
  type Row,
  type RowsRequest,
} from '../../api/rows';
import { allColumns, type Columns, noColumns, withColumns } from './columns';
import { splitPipes } from './query/edit';
import { type LogRecord, toRecord } from './record';

/** What is asked for: a query in a fixed window of event time, in ms. */
export interface Question {
  query: string;
  start: number;
  end: number;
}

/** The list as the page draws it. A snapshot never changes. */
export interface RowsSnapshot {
  /** Newest first: a piece of the whole answer, bounded by maxRows. */
  rows: readonly LogRecord[];
  /** Number of the first row. Rows keep their numbers while others come and go on either side of them. */
  base: number;
  /** Columns that the rows of this answer need; all of them before the first answer. */
  columns: Columns;
  /** `asking` waits for the first page, `paging` for another one; `cancelled` had its first page given up. */
  state: 'idle' | 'asking' | 'paging' | 'cancelled' | 'failed';
  /** How far the search for the first page has come, when it takes long. */
  progress: QueryProgress | undefined;
  /** The rows answer an earlier question, while the present one has no row yet, failed or was cancelled. */
  old: boolean;
  /** What the first page has read. */
  stats: QueryStats | undefined;
  /** Older rows can be had. */
  more: boolean;
  /** Newer rows can be had: the list does not begin with the newest. */
  newer: boolean;
  problem: Problem | undefined;
  /** Rows that arrived while the list was held. */
  held: number;
}

/** Rows of the first page, which should be there at once. */
export const pageSize = 200;
/** Rows of the pages behind it. */
export const nextPageSize = 1000;
/** Rows in the list, and rows held back, at most; those farthest from where one reads are let go. */
export const maxRows = 5000;

// How many rows are read to find the one that the URL names.
const searchedRows = 5 * pageSize;

/** Reports whether older rows shall be read to find a row. */
export function mayFollow({ rows, more }: RowsSnapshot): boolean {
  return more && rows.length < searchedRows;
}

/** Reports whether a row is known not to be among the answer's, as far as it is searched for. */
export function isMissing(snapshot: RowsSnapshot, id: string): boolean {
  const { rows, state, stats, old, newer } = snapshot;
  if (state !== 'idle' || old || newer || !stats || mayFollow(snapshot)) return false;
  return !rows.some((row) => row.id === id);
}

const empty: RowsSnapshot = {
  rows: [],
  base: 0,
  columns: allColumns,
  state: 'idle',
  progress: undefined,
  old: false,
  stats: undefined,
  more: false,
  newer: false,
  problem: undefined,
  held: 0,
};

type FetchRows = typeof queryRows;
type Side = 'older' | 'newer';

/**
 * Holds a window on the rows of one answer: pages that are asked for on either side of it, and rows that flow in live. The old
 * answer stays until the new one has a row or is complete. It is a store for useSyncExternalStore.
 */
export class RowStore {
  private snapshot = empty;
  private listeners = new Set<() => void>();
  private question: Question | null = null;
  private before: string | undefined;
  private after: string | undefined;
  private abort: AbortController | null = null;
  private known = new Set<string>();
  private held: LogRecord[] = [];
  /** Rows that were held and let go again, between those that still are and the list. */
  private passed = 0;
  private unnamed = 0;

  constructor(private readonly fetchRows: FetchRows = queryRows) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  getSnapshot = (): RowsSnapshot => this.snapshot;

  /**
   * Asks anew; an answer that is still on its way is given up. With a time, in ms, the list begins with the newest row that is not
   * later.
   */
  async ask(question: Question, at?: number): Promise<void> {
    this.stop();
    this.question = question;
    this.before = undefined;
    this.after = undefined;
    this.update({
      state: 'asking',
      progress: undefined,
      old: this.snapshot.rows.length > 0,
      problem: undefined,
      more: false,
      newer: false,
    });
    // What pipes make of the rows comes at once, and has no second page.
    const lines = splitPipes(question.query).pipes === '';
    const inside = lines && at !== undefined && at >= question.start && at < question.end - 1;
    const end = inside ? Math.floor(at) + 1 : question.end;
    const request = { ...question, end, limit: lines ? pageSize : 2 * maxRows, progress: true };
    let first = true;
    const ended = await this.load(request, (rows) => {
      if (first) this.replace();
      first = false;
      if (rows) this.append(rows);
    });
    if (!ended || first || !inside) return;
    this.after = this.snapshot.stats?.prev;
    this.update({ newer: this.after !== undefined });
  }

  /** Shows another piece of the same answer: the one that begins at a time, in ms. */
  async jump(at: number): Promise<void> {
    if (this.question) await this.ask(this.question, at);
  }

  /** Goes to the newest row, whatever piece is shown, and shows the rows that were held. */
  async newest(): Promise<void> {
    const { newer, state } = this.snapshot;
    if (this.question && (newer || state === 'cancelled')) await this.ask(this.question);
    this.release();
  }

  /** Goes to the oldest row of the answer. */
  async oldest(): Promise<void> {
    const { question } = this;
    if (!question || (!this.snapshot.more && this.ready())) return;
    this.stop();
    this.update({ state: 'asking', old: true, problem: undefined, more: false, newer: false });
    const page: Row[] = [];
    await this.load({ ...question, limit: pageSize, order: 'asc' }, (rows, stats) => {
      if (rows) page.push(...rows);
      if (!stats) return;
      const known = this.snapshot.stats;
      this.replace();
      this.before = undefined;
      this.after = stats.next;
      this.append(page.reverse());
      this.update({ stats: known });
    });
  }

  /** Loads the page of older rows, if there is one and none is on its way. */
  async askOlder(): Promise<void> {
    const before = this.before;
    if (!this.question || !before || !this.ready()) return;
    this.update({ state: 'paging', problem: undefined });
    const request = { ...this.question, limit: nextPageSize, before };
    const ended = await this.load(request, (rows) => {
      if (rows) this.append(rows);
    });
    if (ended) this.trim('newer');
  }

  /** As askOlder, for newer rows. */
  async askNewer(): Promise<void> {
    const after = this.after;
    if (!this.question || !after || !this.ready()) return;
    this.update({ state: 'paging', problem: undefined });
    const page: Row[] = [];
    const request = { ...this.question, limit: nextPageSize, order: 'asc' as const, after };
    const ended = await this.load(request, (rows, stats) => {
      if (rows) page.push(...rows);
      if (!stats) return;
      this.after = stats.next;
      this.prepend(this.take(page).reverse());
    });
    if (ended) this.trim('older');
  }

  private ready(): boolean {
    const { state, old } = this.snapshot;
    return !old && state !== 'asking' && state !== 'paging';
  }

  /** Gives up the answer that is on its way; what has come stays. Without its first page the question stays unanswered. */
  stop(): void {
    this.abort?.abort();
    this.abort = null;
    const { state } = this.snapshot;
    if (state === 'asking') this.update({ state: 'cancelled', progress: undefined });
    else if (state === 'paging') this.update({ state: 'idle' });
  }

  /** Takes rows that arrived live, in the order of arrival. While the list is held they wait. */
  arrive(rows: readonly Row[], hold: boolean): void {
    const fresh = this.take(rows).reverse();
    if (fresh.length === 0) return;
    this.held = [...fresh, ...this.held];
    // The oldest that waited are let go: they can be had again by a page.
    const beyond = this.held.splice(maxRows);
    for (const { id } of beyond) this.known.delete(id);
    this.passed += beyond.length;
    // Rows that come while the first page is on its way must not be mistaken for its beginning, nor be laid on another answer.
    const { newer, old, state } = this.snapshot;
    if (hold || newer || old || state === 'asking') {
      this.update({ held: this.held.length + this.passed });
    } else this.release();
  }

  /** Shows the rows that were held, when the list begins with the rows before them. */
  release(): void {
    if (this.held.length === 0 || this.snapshot.newer || this.snapshot.old) return;
    const { held, passed } = this;
    this.held = [];
    this.passed = 0;
    if (passed > 0) this.dropList(held);
    this.reach(held);
    this.update({ held: 0 });
    this.prepend(held);
    this.trim('older');
  }

  /** Moves the question's end behind rows that came live, so that a page finds them again once they were let go. */
  private reach(rows: readonly LogRecord[]): void {
    if (!this.question) return;
    let { end } = this.question;
    for (const { time } of rows) if (time >= end) end = Math.floor(time) + 1;
    this.question = { ...this.question, end };
  }

  /**
   * Runs one request. Gives its rows, and at last its stats, to `take`. False when it was given up: the list is then another
   * question's.
   */
  private async load(
    request: RowsRequest,
    take: (rows: readonly Row[] | null, stats?: QueryStats) => void,
  ): Promise<boolean> {
    const abort = new AbortController();
    this.abort = abort;
    try {
      for await (const piece of this.fetchRows(request, abort.signal)) {
        if (abort.signal.aborted) return false;
        if ('progress' in piece) this.update({ progress: piece.progress });
        else if ('rows' in piece) take(piece.rows);
        else {
          take(null, piece.stats);
          this.finish(piece.stats, request);
        }
      }
      if (abort.signal.aborted) return false;
      this.update({ state: 'idle', progress: undefined });
    } catch (error) {
      if (isAbort(error) || abort.signal.aborted) return false;
      this.update({ state: 'failed', progress: undefined, problem: asProblem(error) });
    }
    return true;
  }

  private finish(stats: QueryStats, request: RowsRequest): void {
    if (request.order !== 'asc') this.before = stats.next;
    const first = request.before === undefined && request.after === undefined;
    this.update({
      more: this.before !== undefined,
      newer: this.after !== undefined,
      ...(first && { stats }),
    });
  }

  /** Begins a new answer. Rows that arrived meanwhile stay held, to be laid on top of it. */
  private replace(): void {
    this.known = new Set(this.held.map(({ id }) => id));
    this.update({ rows: [], base: 0, columns: noColumns, old: false, stats: undefined });
  }

  private append(rows: readonly Row[]): void {
    const fresh = this.take(rows);
    this.update({
      rows: [...this.snapshot.rows, ...fresh],
      columns: withColumns(this.snapshot.columns, fresh),
    });
  }

  private prepend(fresh: readonly LogRecord[]): void {
    const { rows, base, columns } = this.snapshot;
    this.update({
      rows: [...fresh, ...rows],
      base: base - fresh.length,
      columns: withColumns(columns, fresh),
      newer: this.after !== undefined,
    });
  }

  /** Empties the list, since there is a gap between its rows and those that will be laid on top. */
  private dropList(held: readonly LogRecord[]): void {
    const { rows, base } = this.snapshot;
    this.known = new Set(held.map(({ id }) => id));
    this.before = cursorOf(held.at(-1)?.row ?? {});
    this.update({ rows: [], base: base + rows.length, more: this.before !== undefined });
  }

  /** Lets the rows beyond the bound go, on one side; they can be had again by a page from the last row that stays. */
  private trim(side: Side): void {
    const { rows, base } = this.snapshot;
    const beyond = rows.length - maxRows;
    if (beyond <= 0 || splitPipes(this.question?.query ?? '').pipes !== '') return;
    const kept = side === 'older' ? rows.slice(0, maxRows) : rows.slice(beyond);
    const gone = side === 'older' ? rows.slice(maxRows) : rows.slice(0, beyond);
    for (const { id } of gone) this.known.delete(id);
    const border = (side === 'older' ? kept.at(-1) : kept[0])?.row ?? {};
    if (side === 'older') this.before = cursorOf(border);
    else this.after = cursorOf(border);
    this.update({
      rows: kept,
      base: side === 'older' ? base : base + beyond,
      more: this.before !== undefined,
      newer: this.after !== undefined,
    });
  }

  /** Makes records of rows that are not in the list yet. */
  private take(rows: readonly Row[]): LogRecord[] {
    const fresh: LogRecord[] = [];
    for (const row of rows) {
      const record = toRecord(row, `row-${this.unnamed++}`);
      if (this.known.has(record.id)) continue;
      this.known.add(record.id);
      fresh.push(record);
    }
    return fresh;
  }

  private update(change: Partial<RowsSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    for (const listener of this.listeners) listener();
  }
}
