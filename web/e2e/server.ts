import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A record as a sender of JSON lines gives it. */
export type SentRecord = Record<string, string>;

/** How a server is started when not as usual. */
export interface ServerOptions {
  /** More settings, such as `limits.memory=1GiB`. */
  settings?: readonly string[];
  /** Without the right to go beyond the kernel's bounds on the network, as an account of its own has it. */
  bounded?: boolean;
}

const binary = process.env.HAETAE ?? join(import.meta.dirname, '..', '..', 'build', 'haetae');

/** A server of our own: the real binary on a free port over an empty folder. */
export class Server {
  readonly url: string;
  /** Token of the link that makes the first administrator. */
  readonly setup: string;
  private process: ChildProcess;
  private readonly folder: string;
  private readonly options: ServerOptions;
  private readonly udpPort: number;

  private constructor(
    process: ChildProcess,
    folder: string,
    options: ServerOptions,
    listen: Record<string, string>,
  ) {
    this.process = process;
    this.folder = folder;
    this.options = options;
    this.url = `http://${listen.http}`;
    const link = listen.setup_file ? readFileSync(listen.setup_file, 'utf8').trim() : this.url;
    this.setup = new URL(link).searchParams.get('token') ?? '';
    this.udpPort = Number(listen['syslog.udp']?.split(':').at(-1));
  }

  /** Starts the binary and waits until it says where it listens. It collects nothing by itself. */
  static async start(options: ServerOptions = {}): Promise<Server> {
    if (!existsSync(binary)) throw new Error(`there is no ${binary}; run "make build" first`);
    const folder = mkdtempSync(join(tmpdir(), 'haetae-e2e-'));
    const [child, listen] = await run(folder, '127.0.0.1:0', options);
    return new Server(child, folder, options, listen);
  }

  /** Kills the server as a power failure would; nothing happens when it is dead. */
  async kill(): Promise<void> {
    if (this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await gone;
  }

  /** Starts it again after kill, on the same address over the same data. */
  async restart(): Promise<void> {
    [this.process] = await run(this.folder, new URL(this.url).host, this.options);
  }

  /** Sends records; they are durable and found when this returns. */
  async send(records: readonly SentRecord[]): Promise<void> {
    const response = await fetch(
      `${this.url}/insert/jsonline?_stream_fields=host.name,service.name`,
      { method: 'POST', body: records.map((record) => JSON.stringify(record)).join('\n') },
    );
    if (!response.ok) throw new Error(`cannot send: ${response.status} ${await response.text()}`);
  }

  /** Makes the first administrator, as the page of the terminal's link does. */
  async makeAdmin(name: string, password: string): Promise<void> {
    const response = await fetch(`${this.url}/api/v1/setup`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: this.url },
      body: JSON.stringify({ token: this.setup, name, password }),
    });
    if (!response.ok) throw new Error(`no administrator: ${await response.text()}`);
  }

  /** Lets the kernel drop lines: sends more over UDP, while the server does not run, than a socket buffer of so many bytes holds. */
  async overflow(buffer: number): Promise<void> {
    const line = `<14>${'x'.repeat(8000)}`;
    const socket = createSocket('udp4');
    this.process.kill('SIGSTOP');
    try {
      // The kernel takes twice what it grants.
      for (let sent = 0; sent <= 3 * buffer; sent += line.length) {
        await new Promise<void>((done, fail) => {
          socket.send(line, this.udpPort, '127.0.0.1', (error) => (error ? fail(error) : done()));
        });
      }
    } finally {
      this.process.kill('SIGCONT');
      socket.close();
    }
  }

  /** Ends it, and its data: there is nothing to finish, and pages may still ask. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs the binary over a folder and returns it with where it listens. */
async function run(
  folder: string,
  http: string,
  { settings = [], bounded = false }: ServerOptions,
): Promise<[ChildProcess, Record<string, string>]> {
  const all = [
    `data=${join(folder, 'data')}`,
    `http.listen=${http}`,
    'inputs.syslog.udp=127.0.0.1:0',
    'inputs.syslog.socket_buffer=128KiB', // every kernel grants that, so there is no notice
    'inputs.syslog.tcp=127.0.0.1:0',
    'inputs.otlp.grpc=127.0.0.1:0',
    'inputs.otlp.http=127.0.0.1:0',
    'inputs.files.enabled=false',
    'inputs.journald.enabled=false',
    'inputs.self.enabled=false',
    ...settings,
  ];
  // Only root has that right and must give it up.
  const drop = ['setpriv', '--bounding-set=-net_admin', '--inh-caps=-net_admin'];
  const [program = '', ...words] = [
    ...(bounded && process.getuid?.() === 0 ? drop : []),
    ...[binary, 'server', ...all.flatMap((setting) => ['--set', setting])],
  ];
  const child = spawn(program, words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const errors: string[] = [];
  child.stderr.on('data', (data: Buffer) => errors.push(data.toString()));
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([once(lines, 'line'), once(child, 'exit')]);
  if (typeof line[0] !== 'string') throw new Error(`haetae did not start: ${errors.join('')}`);
  return [child, JSON.parse(line[0]) as Record<string, string>];
}
