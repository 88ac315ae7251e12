import { asProblem, isAbort, type Problem } from '../../api/problem';
import { type QueryStats, queryRows, type Row, type RowsRequest } from '../../api/rows';
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
  /** Newest first. */
  rows: readonly LogRecord[];
  /** Columns that the rows of this answer need; all of them before the first answer. */
  columns: Columns;
  /** `asking` waits for the first page, `paging` for an older one. */
  state: 'idle' | 'asking' | 'paging' | 'failed';
  /** The rows answer an earlier question, while the present one has no row yet or failed. */
  old: boolean;
  /** What the first page has read. */
  stats: QueryStats | undefined;
  /** Older rows can be had. */
  more: boolean;
  /** Old rows were let go to make room for new ones. */
  trimmed: boolean;
  problem: Problem | undefined;
  /** Rows that arrived while the list was held. */
  held: number;
}

export const pageSize = 200;
/** Rows in the list, and rows held back, at most; older ones are let go. */
export const maxRows = 10_000;

const empty: RowsSnapshot = {
  rows: [],
  columns: allColumns,
  state: 'idle',
  old: false,
  stats: undefined,
  more: false,
  trimmed: false,
  problem: undefined,
  held: 0,
};

type FetchRows = typeof queryRows;

/**
 * Holds the rows of one list: pages that a person asks for, and rows that flow in live. The old answer stays until the new one
 * has a row or is complete. It is a store for useSyncExternalStore.
 */
export class RowStore {
  private snapshot = empty;
  private listeners = new Set<() => void>();
  private question: Question | null = null;
  private next: string | undefined;
  private abort: AbortController | null = null;
  private known = new Set<string>();
  private held: LogRecord[] = [];
  private unnamed = 0;

  constructor(private readonly fetchRows: FetchRows = queryRows) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  getSnapshot = (): RowsSnapshot => this.snapshot;

  /** Asks anew; an answer that is still on its way is given up. */
  async ask(question: Question): Promise<void> {
    this.stop();
    this.question = question;
    this.next = undefined;
    this.update({
      state: 'asking',
      old: this.snapshot.rows.length > 0,
      problem: undefined,
      more: false,
    });
    await this.load(question, undefined);
  }

  /** Loads the page of older rows, if there is one and none is on its way. */
  async askOlder(): Promise<void> {
    const { state, old } = this.snapshot;
    if (!this.question || !this.next || old || state === 'asking' || state === 'paging') return;
    this.update({ state: 'paging', problem: undefined });
    await this.load(this.question, this.next);
  }

  /** Gives up the answer that is on its way; what has come stays. */
  stop(): void {
    this.abort?.abort();
    this.abort = null;
    if (this.snapshot.state !== 'failed') this.update({ state: 'idle' });
  }

  /** Takes rows that arrived live, in the order of arrival. While the list is held they wait. */
  arrive(rows: readonly Row[], hold: boolean): void {
    const fresh = this.take(rows).reverse();
    if (fresh.length === 0) return;
    this.held = [...fresh, ...this.held];
    if (this.held.length > maxRows) this.held.length = maxRows;
    // Rows that come while the first page is on its way must not be mistaken for its beginning.
    if (hold || this.snapshot.state === 'asking') this.update({ held: this.held.length });
    else this.release();
  }

  /** Shows the rows that were held. */
  release(): void {
    if (this.held.length === 0) return;
    const rows = [...this.held, ...this.snapshot.rows];
    const columns = withColumns(this.snapshot.columns, this.held);
    this.held = [];
    const trimmed = rows.length > maxRows;
    if (trimmed) {
      for (const { id } of rows.splice(maxRows)) this.known.delete(id);
      this.next = undefined;
    }
    this.update({
      rows,
      columns,
      held: 0,
      trimmed: this.snapshot.trimmed || trimmed,
      more: this.next !== undefined,
    });
  }

  private async load(question: Question, before: string | undefined): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    // What pipes make of the rows comes at once, and has no second page.
    const limit = splitPipes(question.query).pipes === '' ? pageSize : maxRows;
    const request: RowsRequest = { ...question, limit, before };
    try {
      let first = before === undefined;
      for await (const piece of this.fetchRows(request, abort.signal)) {
        if (abort.signal.aborted) return;
        if (first) this.replace();
        first = false;
        if ('rows' in piece) this.append(piece.rows);
        else this.finish(piece.stats, before === undefined);
      }
      if (abort.signal.aborted) return;
      this.update({ state: 'idle' });
    } catch (error) {
      if (isAbort(error) || abort.signal.aborted) return;
      this.update({ state: 'failed', problem: asProblem(error) });
    }
  }

  /** Begins a new answer. Rows that arrived meanwhile stay held, to be laid on top of it. */
  private replace(): void {
    this.known = new Set(this.held.map(({ id }) => id));
    this.update({ rows: [], columns: noColumns, old: false, stats: undefined, trimmed: false });
  }

  private append(rows: readonly Row[]): void {
    const fresh = this.take(rows);
    this.update({
      rows: [...this.snapshot.rows, ...fresh],
      columns: withColumns(this.snapshot.columns, fresh),
    });
  }

  private finish(stats: QueryStats, firstPage: boolean): void {
    this.next = stats.next;
    this.update({ more: stats.next !== undefined, ...(firstPage ? { stats } : {}) });
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
