import { describe, expect, it } from 'vitest';
import { readProblem } from './problem';
import { EventAssembler, LineSplitter, readLines } from './stream';

describe('lines', () => {
  it('joins pieces that end inside a line', () => {
    const splitter = new LineSplitter();
    expect(splitter.push('{"a"')).toEqual([]);
    expect(splitter.push(':1}\r\n{"b":2}\n{')).toEqual(['{"a":1}', '{"b":2}']);
    expect(splitter.flush()).toEqual(['{']);
  });

  it('keeps a character whose bytes come in two pieces', async () => {
    const bytes = new TextEncoder().encode('승인\n실패');
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes.slice(0, 4));
        controller.enqueue(bytes.slice(4));
        controller.close();
      },
    });
    const lines: string[] = [];
    for await (const batch of readLines(body)) lines.push(...batch);
    expect(lines).toEqual(['승인', '실패']);
  });

  it('ends the request when the reader stops early', async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('a\n')),
      cancel: () => {
        cancelled = true;
      },
    });
    for await (const _ of readLines(body)) break;
    expect(cancelled).toBe(true);
  });
});

describe('server-sent events', () => {
  const run = (text: string) => {
    const assembler = new EventAssembler();
    return text.split('\n').flatMap((line) => assembler.push(line) ?? []);
  };

  it('assembles names, data over several lines, and ids that last', () => {
    expect(run('event: rows\nid: 7\ndata: [\ndata: ]\n\n: alive\n\ndata:{}\n\n')).toEqual([
      { name: 'rows', data: '[\n]', id: '7' },
      { name: 'message', data: '{}', id: '7' },
    ]);
  });

  it('sends nothing without data', () => {
    expect(run('event: rows\n\n')).toEqual([]);
  });
});

describe('problems', () => {
  it('keeps what the server says and the status of the answer', async () => {
    const body = JSON.stringify({
      code: 'query.syntax',
      detail: 'd',
      position: { start: 1, end: 2 },
    });
    const { problem } = await readProblem(new Response(body, { status: 400 }));
    expect(problem).toMatchObject({
      code: 'query.syntax',
      status: 400,
      position: { start: 1, end: 2 },
    });
  });

  it('does not fail on the page of a proxy', async () => {
    for (const body of ['<html>', '[]', '"x"', 'null', '{"error":"x"}', '']) {
      const { problem } = await readProblem(new Response(body, { status: 502 }));
      expect(problem.status).toBe(502);
      expect(problem.code).toBeUndefined();
    }
  });
});
