/** One server-sent event (HTML standard, section 9.2.6). */
export interface ServerEvent {
  name: string;
  data: string;
  /** The last id seen, to resume from; empty when the server gave none. */
  id: string;
}

/** Splits text that comes in pieces into lines, whatever their ends. */
export class LineSplitter {
  private rest = '';

  /** Returns the lines that the piece completes. */
  push(piece: string): string[] {
    const lines = (this.rest + piece).split('\n');
    this.rest = lines.pop() ?? '';
    return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  }

  /** Returns the last line when it had no end. */
  flush(): string[] {
    const last = this.rest;
    this.rest = '';
    return last === '' ? [] : [last];
  }
}

/** Assembles server-sent events from lines. Comments keep the connection alive and are dropped. */
export class EventAssembler {
  private name = '';
  private data: string[] = [];
  private id: string;

  constructor(lastId = '') {
    this.id = lastId;
  }

  /** Returns the event that the line completes, or null. */
  push(line: string): ServerEvent | null {
    if (line === '') return this.dispatch();
    if (line.startsWith(':')) return null;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (field === 'event') this.name = value;
    else if (field === 'data') this.data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.id = value;
    return null;
  }

  private dispatch(): ServerEvent | null {
    const { name, data } = this;
    this.name = '';
    this.data = [];
    if (data.length === 0) return null;
    return { name: name || 'message', data: data.join('\n'), id: this.id };
  }
}

/** Yields the lines of a body in batches, one batch for each piece that arrives. */
export async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string[]> {
  const splitter = new LineSplitter();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = splitter.push(decoder.decode(value, { stream: true }));
      if (lines.length > 0) yield lines;
    }
    const last = splitter.push(decoder.decode()).concat(splitter.flush());
    if (last.length > 0) yield last;
  } finally {
    // A consumer that stops early ends the request.
    await reader.cancel().catch(() => undefined);
  }
}
