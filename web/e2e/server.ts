import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A record as a sender of JSON lines gives it. */
export type SentRecord = Record<string, string>;

const binary = process.env.HAETAE ?? join(import.meta.dirname, '..', '..', 'build', 'haetae');

/** A server of our own: the real binary on a free port over an empty folder. */
export class Server {
  readonly url: string;
  private readonly process: ChildProcess;
  private readonly folder: string;

  private constructor(process: ChildProcess, folder: string, url: string) {
    this.process = process;
    this.folder = folder;
    this.url = url;
  }

  /** Starts the binary and waits until it says where it listens. It collects nothing by itself. */
  static async start(): Promise<Server> {
    if (!existsSync(binary)) throw new Error(`there is no ${binary}; run "make build" first`);
    const folder = mkdtempSync(join(tmpdir(), 'haetae-e2e-'));
    const settings = [
      `data=${join(folder, 'data')}`,
      'http.listen=127.0.0.1:0',
      'inputs.syslog.udp=127.0.0.1:0',
      'inputs.syslog.tcp=127.0.0.1:0',
      'inputs.otlp.grpc=127.0.0.1:0',
      'inputs.otlp.http=127.0.0.1:0',
      'inputs.files.enabled=false',
      'inputs.journald.enabled=false',
      'inputs.self.enabled=false',
    ];
    const child = spawn(binary, ['server', ...settings.flatMap((setting) => ['--set', setting])], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const errors: string[] = [];
    child.stderr.on('data', (data: Buffer) => errors.push(data.toString()));
    const lines = createInterface({ input: child.stdout });
    const line = await Promise.race([once(lines, 'line'), once(child, 'exit')]);
    if (typeof line[0] !== 'string') throw new Error(`haetae did not start: ${errors.join('')}`);
    const { http } = JSON.parse(line[0]) as { http: string };
    return new Server(child, folder, `http://${http}`);
  }

  /** Sends records; they are durable and found when this returns. */
  async send(records: readonly SentRecord[]): Promise<void> {
    const response = await fetch(
      `${this.url}/insert/jsonline?_stream_fields=host.name,service.name`,
      { method: 'POST', body: records.map((record) => JSON.stringify(record)).join('\n') },
    );
    if (!response.ok) throw new Error(`cannot send: ${response.status} ${await response.text()}`);
  }

  async stop(): Promise<void> {
    const gone = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await gone;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
