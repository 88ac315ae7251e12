import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../api/problem';
import type { QueryStats, RowsPiece, RowsRequest } from '../../api/rows';
import { allColumns, noColumns, withColumns } from './columns';
import { toRecord } from './record';
import { maxRows, RowStore } from './rowStore';

const stats = (next?: string): QueryStats => ({
  blocks_read: 1,
  blocks_total: 1,
  partial: false,
  segments_total: 1,
  segments_read: 1,
  rows_scanned: 1,
  rows_matched: 1,
  bytes_read: 1,
  duration_ms: 1,
  ...(next ? { next } : {}),
});
const row = (id: string) => ({ _record_id: id, _time: '2026-11-20T03:12:40Z', _msg: id });
const question = { query: '*', start: 0, end: 1 };

/** A server whose answers the test gives piece by piece. */
class Server {
  requests: RowsRequest[] = [];
  private wake: (() => void) | null = null;
  private pieces: (RowsPiece | Error | 'end')[] = [];

  say(...pieces: (RowsPiece | Error | 'end')[]): void {
    this.pieces.push(...pieces);
    this.wake?.();
  }

  fetch = async function* (
    this: Server,
    request: RowsRequest,
    signal: AbortSignal,
  ): AsyncGenerator<RowsPiece> {
    this.requests.push(request);
    for (;;) {
      const piece = this.pieces.shift();
      if (piece === 'end') return;
      if (piece instanceof Error) throw piece;
      if (piece) yield piece;
      else {
        await new Promise<void>((resolve, reject) => {
          this.wake = resolve;
          signal.addEventListener('abort', () => reject(new DOMException('gone', 'AbortError')));
        });
      }
    }
  }.bind(this);
}

const ids = (store: RowStore) => store.getSnapshot().rows.map(({ id }) => id);

describe('the list of rows', () => {
  it('keeps the old answer, marked, until the new one has a row', async () => {
    const server = new Server();
    const store = new RowStore(server.fetch);
    server.say({ rows: [row('a')] }, { stats: stats() }, 'end');
    await store.ask(question);
    const second = store.ask({ ...question, query: 'x' });
    expect(ids(store)).toEqual(['a']);
    expect(store.getSnapshot()).toMatchObject({ old: true, state: 'asking' });
    server.say({ rows: [row('b')] }, { stats: stats() }, 'end');
    await second;
    expect(ids(store)).toEqual(['b']);
    expect(store.getSnapshot()).toMatchObject({ old: false, state: 'idle' });
  });

  it('keeps the last good answer when the query is wrong', async () => {
    const server = new Server();
    const store = new RowStore(server.fetch);
    server.say({ rows: [row('a')] }, { stats: stats('c') }, 'end');
    await store.ask(question);
    server.say(new ProblemError({ code: 'query.syntax' }));
    await store.ask({ ...question, query: '(' });
    expect(ids(store)).toEqual(['a']);
    expect(store.getSnapshot()).toMatchObject({ state: 'failed', old: true });
    expect(store.getSnapshot().problem?.code).toBe('query.syntax');
    await store.askOlder();
    expect(server.requests).toHaveLength(2);
  });

  it('empties the list when the new answer is empty', async () => {
    const server = new Server();
    const store = new RowStore(server.fetch);
    server.say({ rows: [row('a')] }, { stats: stats() }, 'end');
    await store.ask(question);
    server.say({ stats: stats() }, 'end');
    await store.ask(question);
    expect(ids(store)).toEqual([]);
  });

  it('never mixes the rows of an answer that was given up into the next', async () => {
    const server = new Server();
    const store = new RowStore(server.fetch);
    const first = store.ask(question);
    const second = store.ask({ ...question, query: 'x' });
    server.say({ rows: [row('b')] }, { stats: stats() }, 'end');
    await Promise.all([first, second]);
    expect(ids(store)).toEqual(['b']);
    expect(server.requests.map(({ query }) => query)).toEqual(['*', 'x']);
  });

  it('pages on from the cursor and stops at the end', async () => {
    const server = new Server();
    const store = new RowStore(server.fetch);
    server.say({ rows: [row('a')] }, { stats: stats('7.1') }, 'end');
    await store.ask(question);
    server.say({ rows: [row('a'), row('b')] }, { stats: stats() }, 'end');
    await store.askOlder();
    expect(server.requests[1]?.before).toBe('7.1');
    expect(ids(store)).toEqual(['a', 'b']);
    expect(store.getSnapshot().more).toBe(false);
    await store.askOlder();
    expect(server.requests).toHaveLength(2);
  });
});

describe('live rows', () => {
  it('lays new rows on top, each once', async () => {
    const server = new Server();
    const store = new RowStore(server.fetch);
    server.say({ rows: [row('a')] }, { stats: stats() }, 'end');
    await store.ask(question);
    store.arrive([row('a'), row('b'), row('c')], false);
    expect(ids(store)).toEqual(['c', 'b', 'a']);
  });

  it('holds rows while a row is open', async () => {
    const store = new RowStore(new Server().fetch);
    store.arrive([row('a')], false);
    store.arrive([row('b'), row('c')], true);
    expect(ids(store)).toEqual(['a']);
    expect(store.getSnapshot().held).toBe(2);
    store.release();
    expect(ids(store)).toEqual(['c', 'b', 'a']);
    expect(store.getSnapshot().held).toBe(0);
  });

  it('keeps rows that arrive while the first page is on its way, and not twice', async () => {
    const server = new Server();
    const store = new RowStore(server.fetch);
    const asked = store.ask(question);
    store.arrive([row('b'), row('c')], false);
    server.say({ rows: [row('b'), row('a')] }, { stats: stats() }, 'end');
    await asked;
    store.release();
    expect(ids(store)).toEqual(['c', 'b', 'a']);
  });

  it('lets old rows go at its bound, and says so', () => {
    const store = new RowStore(new Server().fetch);
    for (let i = 0; i < 3; i++) {
      store.arrive(
        Array.from({ length: maxRows / 2 }, (_, n) => row(`${i}-${n}`)),
        false,
      );
    }
    const { rows, trimmed, more } = store.getSnapshot();
    expect(rows).toHaveLength(maxRows);
    expect(rows.at(-1)?.id).toBe('1-0');
    expect({ trimmed, more }).toEqual({ trimmed: true, more: false });
  });
});

describe('columns', () => {
  it('appear with the first row that needs them, and stay until the next answer', async () => {
    const server = new Server();
    const store = new RowStore(server.fetch);
    server.say({ rows: [row('a')] }, { stats: stats('7.1') }, 'end');
    await store.ask(question);
    expect(store.getSnapshot().columns).toEqual(noColumns);
    server.say({ rows: [{ ...row('b'), 'service.name': 'web' }] }, { stats: stats() }, 'end');
    await store.askOlder();
    expect(store.getSnapshot().columns).toEqual({ ...noColumns, service: true });
    store.arrive([{ ...row('c'), _severity: 'warn' }], true);
    expect(store.getSnapshot().columns.severity).toBe(false);
    store.release();
    expect(store.getSnapshot().columns).toEqual(allColumns);
    server.say({ rows: [row('d')] }, { stats: stats() }, 'end');
    await store.ask(question);
    expect(store.getSnapshot().columns).toEqual(noColumns);
  });

  it('give a long host the room that nothing else needs', () => {
    const from = (host: string) => toRecord({ 'host.name': host }, 'row');
    expect(withColumns(noColumns, [from('vm'), from('pay-api-01')])).toEqual(noColumns);
    const { longHost } = withColumns(noColumns, [from('vm'), from('payment-gateway-03')]);
    expect(longHost).toBe(true);
  });

  it('stay the same object while nothing changes, so that rows are not drawn anew', () => {
    const store = new RowStore(new Server().fetch);
    const { columns } = store.getSnapshot();
    store.arrive([row('a')], false);
    expect(store.getSnapshot().columns).toBe(columns);
  });
});
