import { test as base, expect, type Locator, type Page, type Request } from '@playwright/test';
import enFirst from '../src/locales/en/index';
import enLater from '../src/locales/en/later';
import koFirst from '../src/locales/ko/index';
import koLater from '../src/locales/ko/later';
import { type SentRecord, Server } from './server';

const en = { ...enFirst, ...enLater };
const ko = { ...koFirst, ...koLater };

/** The moment at which all tests look: 03:12:40 in Seoul. */
export const now = Date.parse('2024-11-20T03:12:40+09:00');

const hosts = ['pay-api-01', 'pay-api-02', 'pay-edge-01'];
const severities = ['info', 'info', 'info', 'warn', 'debug', 'error'];

/** One hour of records, ten seconds apart, the newest one second ago. The 03:00 minute holds a word of its own. */
export function hour(): SentRecord[] {
  return Array.from({ length: 360 }, (_, i) => {
    const time = now - 1000 - i * 10_000;
    const minute = new Date(time + 9 * 3600_000).toISOString().slice(14, 16);
    return {
      _time: new Date(time).toISOString(),
      _msg: `승인 완료 orderId=${10_000 + i} took=${i}ms${minute === '00' ? ' marker' : ''}`,
      level: severities[i % severities.length] ?? 'info',
      'host.name': hosts[i % hosts.length] ?? '',
      'service.name': i % 4 === 0 ? 'nginx-edge' : 'payment-api',
      order_id: String(10_000 + i),
    };
  });
}

type Texts = typeof en;
interface Fixtures {
  /** The server of the test's file, with an hour of records. */
  server: Server;
  /** The texts of the project's language. */
  texts: Texts;
  /** The console on the seeded server, at its clock. */
  logs: Logs;
}
interface WorkerFixtures {
  servers: Servers;
}

/** Gives each spec file a server of its own, so that none sees what another has sent. */
class Servers {
  private file = '';
  private server: Server | undefined;

  async of(file: string): Promise<Server> {
    if (this.server && this.file === file) return this.server;
    await this.stop();
    this.file = file;
    this.server = await Server.start();
    await this.server.send(hour());
    return this.server;
  }

  async stop(): Promise<void> {
    await this.server?.stop();
    this.server = undefined;
  }
}

/** Returns the rows of the list that are records: neither an opened record's detail nor the note at the list's end. */
export function recordRows(page: Page): Locator {
  return page.getByRole('treegrid').locator('[role="row"][aria-rowindex]');
}

/** The Logs page as a person uses it. */
export class Logs {
  readonly rows: Locator;
  readonly query: Locator;
  private readonly underWay = new Set<Request>();

  constructor(
    readonly page: Page,
    readonly server: Server,
    readonly texts: Texts,
  ) {
    this.rows = recordRows(page);
    this.query = page.getByLabel(texts.logs.query.label, { exact: true });
    page.on('request', (request) => this.underWay.add(request));
    page.on('requestfinished', (request) => this.underWay.delete(request));
    page.on('requestfailed', (request) => this.underWay.delete(request));
  }

  async open(search = ''): Promise<void> {
    await this.page.goto(`${this.server.url}/logs${search}`);
    // The editor has taken the plain input's place.
    await expect(this.page.locator('.cm-content')).toBeVisible();
  }

  async search(query: string): Promise<void> {
    // As by hand: the editor, and not the browser, must replace what it holds.
    await this.query.press('ControlOrMeta+a');
    await this.page.keyboard.insertText(query);
    await expect(this.query).toHaveText(query);
    if (this.phone) await this.page.getByRole('button', { name: this.texts.logs.query.run }).tap();
    else await this.query.press('Enter');
  }

  /** Waits until every answer is there and drawn, but not for ever: some pages ask every second. */
  async settled(): Promise<void> {
    const end = Date.now() + 5000;
    for (let calm = 0; calm < 3 && Date.now() < end; ) {
      // What an answer brings is drawn by then, and has asked for what it needs.
      await this.page.evaluate(
        () => new Promise((done) => requestIdleCallback(() => requestAnimationFrame(done))),
      );
      calm = this.underWay.size === 0 ? calm + 1 : 0;
    }
  }

  get phone(): boolean {
    return (this.page.viewportSize()?.width ?? 0) < 721;
  }

  /** Opens the facets where they are behind a button. */
  async facets(): Promise<Locator> {
    if (this.phone) {
      await this.page.getByRole('button', { name: this.texts.logs.facets.title }).click();
    }
    return this.page.getByRole('complementary', { name: this.texts.logs.facets.title });
  }
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  servers: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures' names from the pattern
    async ({}, use) => {
      const servers = new Servers();
      await use(servers);
      await servers.stop();
    },
    { scope: 'worker' },
  ],
  server: async ({ servers }, use, { file }) => {
    await use(await servers.of(file));
  },
  texts: async ({ locale }, use) => {
    await use(locale?.startsWith('ko') ? (ko as unknown as Texts) : en);
  },
  logs: async ({ page, server, texts }, use) => {
    const failures: string[] = [];
    page.on('pageerror', (error) => failures.push(error.message));
    page.on('console', (message) => {
      // What the browser itself says about answers is judged below.
      const ofPage = !message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && ofPage) failures.push(message.text());
    });
    page.on('response', (response) => {
      const lost = response.status() === 404 && response.url().includes('/assets/');
      if (lost || response.status() === 500)
        failures.push(`${response.status()} ${response.url()}`);
    });
    await page.clock.setFixedTime(now);
    await use(new Logs(page, server, texts));
    expect(failures, 'errors and failed requests of the page').toEqual([]);
  },
});

export { expect };
