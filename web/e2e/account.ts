import { createHmac } from 'node:crypto';
import type { Page } from '@playwright/test';
import { test as consoleTest, expect, type Logs } from './console';
import { Server } from './server';

type Texts = Logs['texts'];

/** Signs in an administrator that the tests make. */
export const admin = { name: 'admin', password: 'correct horse battery' };

/** Six digits that an authenticator app shows for a secret at a moment (RFC 6238 with SHA-1 and 30 s). */
export function totp(secret: string, at: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const letter of secret) bits += letters.indexOf(letter).toString(2).padStart(5, '0');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const sum = createHmac('sha1', key).update(step).digest();
  const number = sum.readUInt32BE((sum.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** A browser's session, as a header, of somebody who signs in by the API. */
export async function signInByAPI(server: Server, name: string, password: string): Promise<string> {
  const response = await fetch(`${server.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: server.url },
    body: JSON.stringify({ name, password }),
  });
  if (!response.ok) throw new Error(`cannot sign in: ${await response.text()}`);
  return response.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
}

/** Asks by the API as whoever has the session. */
export async function call(
  server: Server,
  cookie: string,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(server.url + path, {
    method,
    headers: { 'Content-Type': 'application/json', Origin: server.url, Cookie: cookie },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** Asks as an administrator, by the API. */
export async function asAdmin(
  server: Server,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const cookie = await signInByAPI(server, admin.name, admin.password);
  return call(server, cookie, method, path, body);
}

/** The sign-in page as a person uses it. */
export class SignIn {
  constructor(
    readonly page: Page,
    readonly server: Server,
    readonly texts: Texts,
  ) {}

  async open(path = '/signin'): Promise<void> {
    await this.page.goto(this.server.url + path);
    await expect(this.page.getByRole('heading', { name: this.texts.signin.title })).toBeVisible();
  }

  async send(name: string, password: string): Promise<void> {
    const { signin } = this.texts;
    await this.page.getByLabel(signin.name, { exact: true }).fill(name);
    await this.page.getByLabel(signin.password, { exact: true }).fill(password);
    await this.submit();
  }

  async submit(): Promise<void> {
    await this.page.getByRole('button', { name: this.texts.signin.submit, exact: true }).click();
  }

  async code(code: string): Promise<void> {
    await this.page.getByLabel(this.texts.signin.code).fill(code);
    await this.submit();
  }
}

interface Fixtures {
  /** A server of the test's own, with an administrator. */
  guarded: Server;
  signIn: SignIn;
}

/** Tests of a server on which one must sign in; each has its own. */
export const test = consoleTest.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures' names from the pattern
  guarded: async ({}, use) => {
    const server = await Server.start();
    await server.makeAdmin(admin.name, admin.password);
    await use(server);
    await server.stop();
  },
  signIn: async ({ page, guarded, texts }, use) => {
    const failures: string[] = [];
    page.on('pageerror', (error) => failures.push(error.message));
    page.on('console', (message) => {
      const ofPage = !message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && ofPage) failures.push(message.text());
    });
    await use(new SignIn(page, guarded, texts));
    expect(failures, 'errors of the page').toEqual([]);
  },
});

export { expect };
