import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const repository = join(import.meta.dirname, '..', '..');

/** What several servers share: a broker of Kafka, a PostgreSQL and a folder for segments. */
export class Ground {
  private readonly process: ChildProcess;
  private readonly segments: string;
  /** Settings that put a server upon it. */
  readonly settings: readonly string[];

  private constructor(process: ChildProcess, broker: string, dsn: string) {
    this.process = process;
    this.segments = mkdtempSync(join(tmpdir(), 'haetae-e2e-shared-'));
    this.settings = [
      'queue.type=kafka',
      `queue.brokers=[${broker}]`,
      'store.meta.type=postgres',
      `store.meta.dsn=${dsn}`,
      `store.shared=${this.segments}`,
    ];
  }

  /** Starts it; returns what is missing on a machine without Java, Kafka's jars or PostgreSQL. */
  static async start(): Promise<Ground | { missing: string }> {
    const child = spawn('go', ['run', './test/kafka/ground'], {
      cwd: repository,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const errors: string[] = [];
    child.stderr.on('data', (data: Buffer) => errors.push(data.toString()));
    const lines = createInterface({ input: child.stdout });
    const line = await Promise.race([once(lines, 'line'), once(child, 'exit')]);
    if (typeof line[0] !== 'string') throw new Error(`no Kafka: ${errors.join('')}`);
    const { broker = '', dsn = '', missing } = JSON.parse(line[0]) as Record<string, string>;
    return missing ? { missing } : new Ground(child, broker, dsn);
  }

  /** Ends all of it: it lives as long as its standard input is open. */
  async stop(): Promise<void> {
    const gone = once(this.process, 'exit');
    this.process.stdin?.end();
    await gone;
    rmSync(this.segments, { recursive: true, force: true });
  }
}
