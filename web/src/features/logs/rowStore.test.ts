import { describe, expect, it, vi } from 'vitest';
import { ProblemError } from '../../api/problem';
import { cursorOf, type QueryStats, type RowsPiece, type RowsRequest } from '../../api/rows';
import { allColumns, noColumns, withColumns } from './columns';
import { toRecord } from './record';
import { maxRows, nextPageSize, pageSize, RowStore } from './rowStore';

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

  it('keeps the last good answer, as not current, when the first page is cancelled, and asks again', async () => {
    const server = new Server();
    const store = new RowStore(server.fetch);
    server.say({ rows: [row('a')] }, { stats: stats('c') }, 'end');
    await store.ask(question);
    const second = { ...question, query: 'x' };
    const given = store.ask(second);
    store.stop();
    await given;
    expect(ids(store)).toEqual(['a']);
    expect(store.getSnapshot()).toMatchObject({ state: 'cancelled', old: true, more: false });
    // What flows in belongs to the question that has no answer.
    store.arrive([row('live')], false);
    store.release();
    expect(ids(store)).toEqual(['a']);
    await store.askOlder();
    expect(server.requests).toHaveLength(2);
    server.say({ rows: [row('b')] }, { stats: stats() }, 'end');
    await store.ask(second);
    expect(ids(store)).toEqual(['b']);
    expect(store.getSnapshot()).toMatchObject({ state: 'idle', old: false });
    store.release();
    expect(ids(store)).toEqual(['live', 'b']);
  });

  it('tells how far the search has come until it is stopped', async () => {
    const server = new Server();
    const store = new RowStore(server.fetch);
    const progress = {
      segments_done: 47,
      segments_total: 214,
      bytes_read: 96_000_000,
      rows_matched: 0,
      elapsed_ms: 1200,
    };
    const given = store.ask(question);
    server.say({ progress });
    await vi.waitFor(() => expect(store.getSnapshot().progress).toEqual(progress));
    store.stop();
    await given;
    expect(store.getSnapshot()).toMatchObject({ state: 'cancelled', old: false });
    expect(store.getSnapshot().progress).toBeUndefined();
  });

  it('can page on after a page was stopped', async () => {
    const server = new Server();
    const store = new RowStore(server.fetch);
    server.say({ rows: [row('a')] }, { stats: stats('7.1') }, 'end');
    await store.ask(question);
    const given = store.askOlder();
    store.stop();
    await given;
    expect(store.getSnapshot()).toMatchObject({ state: 'idle', old: false, more: true });
    server.say({ rows: [row('b')] }, { stats: stats() }, 'end');
    await store.askOlder();
    expect(ids(store)).toEqual(['a', 'b']);
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

  it('lets old rows go at its bound, to be read again by a page', () => {
    const store = new RowStore(new Server().fetch);
    for (let i = 0; i < 3; i++) {
      store.arrive(
        Array.from({ length: maxRows / 2 }, (_, n) => row(`q-logs-${i}-${n}`)),
        false,
      );
    }
    const { rows, more, base } = store.getSnapshot();
    expect(rows).toHaveLength(maxRows);
    expect(rows.at(-1)?.id).toBe('q-logs-1-0');
    expect({ more, base }).toEqual({ more: true, base: (-3 * maxRows) / 2 });
  });

  it('counts all that are held, and begins anew when it could not keep them', () => {
    const store = new RowStore(new Server().fetch);
    store.arrive([row('q-logs-9-9')], false);
    const page = (i: number) =>
      Array.from({ length: maxRows / 2 }, (_, n) => row(`q-logs-${i}-${n}`));
    for (let i = 0; i < 3; i++) store.arrive(page(i), true);
    expect(store.getSnapshot().held).toBe((3 * maxRows) / 2);
    store.release();
    const { rows, more } = store.getSnapshot();
    expect(rows).toHaveLength(maxRows);
    expect(rows.some(({ id }) => id === 'q-logs-9-9')).toBe(false);
    expect(more).toBe(true);
  });
});

describe('the window on a long answer', () => {
  const numbered = (from: number, n: number) =>
    Array.from({ length: n }, (_, i) => row(`q-logs-0-${from - i}`));

  it('goes down and up again without a gap or a double', async () => {
    const server = new Server();
    const store = new RowStore(server.fetch);
    let next = 20_000;
    const older = (n: number) => {
      server.say({ rows: numbered(next, n) }, { stats: stats(`1.0.${next - n + 1}`) }, 'end');
      next -= n;
    };
    older(pageSize);
    await store.ask(question);
    for (let i = 0; i < 7; i++) {
      older(nextPageSize);
      await store.askOlder();
    }
    const down = store.getSnapshot();
    expect(down.rows).toHaveLength(maxRows);
    expect(down).toMatchObject({ newer: true, base: 7 * nextPageSize + pageSize - maxRows });
    const top = 20_000 - down.base;
    expect(down.rows[0]?.id).toBe(`q-logs-0-${top}`);

    server.say(
      { rows: numbered(top + nextPageSize, nextPageSize).reverse() },
      { stats: stats() },
      'end',
    );
    await store.askNewer();
    expect(server.requests.at(-1)).toMatchObject({
      order: 'asc',
      after: cursorOf(row(`q-logs-0-${top}`)),
    });
    const up = store.getSnapshot();
    expect(up).toMatchObject({ newer: false, more: true, base: down.base - nextPageSize });
    expect(ids(store)).toEqual(numbered(top + nextPageSize, maxRows).map((one) => one._record_id));
  });

  it('leaves the next answer alone when a page for the last one was given up', async () => {
    const server = new Server();
    const store = new RowStore(server.fetch);
    server.say({ stats: stats('1.0.9') }, 'end');
    await store.ask(question);
    store.arrive(numbered(40_000, maxRows), false);
    server.say({ rows: numbered(9, 5) }); // the page breaks off behind these
    const page = store.askOlder();
    await vi.waitFor(() => expect(store.getSnapshot().rows).toHaveLength(maxRows + 5));
    const next = store.ask({ ...question, query: 'x' });
    await page;
    server.say({ rows: [row('q-logs-0-3')] }, { stats: stats() }, 'end');
    await next;
    expect(store.getSnapshot()).toMatchObject({ newer: false, more: false });
    expect(ids(store)).toEqual(['q-logs-0-3']);
  });

  it('finds rows again that came live behind the end of the question', async () => {
    const server = new Server();
    const store = new RowStore(server.fetch);
    const live = Date.parse('2026-11-20T03:12:40Z');
    const ended = { query: '*', start: 0, end: live - 60_000 };
    server.say({ stats: stats('1.0.9') }, 'end');
    await store.ask(ended);
    store.arrive([...numbered(20_000, maxRows)].reverse(), false);
    server.say({ rows: numbered(9, 5) }, { stats: stats() }, 'end');
    await store.askOlder();
    expect(store.getSnapshot().newer).toBe(true);
    server.say({ stats: stats() }, 'end');
    await store.askNewer();
    expect(server.requests.at(-1)?.end).toBeGreaterThan(live);
  });

  it('begins at a time, with newer rows to be had', async () => {
    const server = new Server();
    const store = new RowStore(server.fetch);
    server.say({ rows: [row('q-logs-0-5')] }, { stats: { ...stats(), prev: '7.0.5' } }, 'end');
    await store.ask({ query: '*', start: 0, end: 1000 }, 500);
    expect(server.requests[0]).toMatchObject({ end: 501 });
    expect(store.getSnapshot()).toMatchObject({ newer: true, more: false });
    server.say({ rows: [row('q-logs-0-6'), row('q-logs-0-7')] }, { stats: stats() }, 'end');
    await store.askNewer();
    expect(server.requests[1]).toMatchObject({ end: 1000, order: 'asc', after: '7.0.5' });
    expect(ids(store)).toEqual(['q-logs-0-7', 'q-logs-0-6', 'q-logs-0-5']);
  });

  it('names the place of a record to the nanosecond', () => {
    const at = (time: string) => cursorOf({ _record_id: 'a-b-logs-3-17', _time: time });
    expect(at('2026-11-20T03:12:40.123456789Z')).toBe('1795144360123456789.3.17');
    expect(at('2026-11-20T12:12:40.5+09:00')).toBe('1795144360500000000.3.17');
    expect(cursorOf({ _time: '2026-11-20T03:12:40Z' })).toBeUndefined();
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
