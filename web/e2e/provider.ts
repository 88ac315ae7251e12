import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '..', '..');
const sources = join(root, 'test', 'oidc');
const peer = join(root, 'build', 'peers', 'oidc');

// The same words as in test/oidc/oidc.go, which may install beside this.
const install =
  'mkdir -p "$1" && exec 9>"$1/lock" && flock 9 && cd "$1" && cp "$2"/package.json "$2"/package-lock.json "$2"/provider.mjs . && ' +
  '(cmp -s package-lock.json installed || (npm ci --silent --ignore-scripts --no-audit --no-fund && cp package-lock.json installed))';

/** A provider of OpenID Connect on loopback, with kim, lee and guest; any password is right. */
export class Provider {
  private constructor(
    private readonly process: ChildProcess,
    readonly issuer: string,
  ) {}

  static async start(): Promise<Provider> {
    execFileSync('sh', ['-c', install, 'sh', peer, sources]);
    const child = spawn('node', [join(peer, 'provider.mjs')], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return new Provider(child, (JSON.parse(line) as { issuer: string }).issuer);
  }

  /** Settings of a Haetae that lets in whom the provider knows. */
  settings(label: string): string[] {
    const provider = {
      label,
      issuer: this.issuer,
      client_id: 'haetae',
      client_secret: 'a-secret-of-the-client',
      roles: { operator: ['ops'], viewer: ['web'] },
      everything: ['ops'],
      allow_signup: true,
    };
    return [
      `access.allow_addresses=[${JSON.stringify(new URL(this.issuer).host)}]`,
      `access.oidc=${JSON.stringify({ main: provider })}`,
    ];
  }

  /** Ends it with its standard input. */
  async stop(): Promise<void> {
    const gone = once(this.process, 'exit');
    this.process.stdin?.end();
    await gone;
  }
}
