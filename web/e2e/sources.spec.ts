import { once } from 'node:events';
import { connect } from 'node:net';
import type { Page } from '@playwright/test';
import { expect, now, test } from './console';
import { Server } from './server';

/** Opens the Sources page at the tests' clock. */
async function open(page: Page, server: Server, search = ''): Promise<void> {
  await page.clock.setFixedTime(now);
  await page.goto(`${server.url}/sources${search}`);
}

async function noSidewaysScroll(page: Page): Promise<void> {
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(over).toBe(0);
}

async function listening(server: Server): Promise<Record<string, string>> {
  const answer = await fetch(`${server.url}/api/v1/status`);
  return ((await answer.json()) as { listen: Record<string, string> }).listen;
}

/** Sends one line as a syslog daemon does. */
async function syslog(server: Server, line: string): Promise<void> {
  const [host = '', port] = ((await listening(server))['syslog.tcp'] ?? '').split(':');
  const socket = connect(Number(port), host);
  await once(socket, 'connect');
  socket.end(`${line}\n`);
  await once(socket, 'close');
}

async function post(server: Server, path: string, body: string): Promise<number> {
  return (await fetch(server.url + path, { method: 'POST', body })).status;
}

test('lists who sends, worst first, with the reason of what was rejected', async ({
  page,
  texts,
}) => {
  const server = await Server.start();
  try {
    await syslog(server, '<14>1 2024-11-20T03:12:00+09:00 web-1 nginx - - - hello');
    expect(await post(server, '/insert/jsonline', '{"_msg":"fine"}\n{broken')).toBe(200);
    await open(page, server);
    const table = page.getByRole('table', { name: texts.sources.tabs.senders });
    const rows = table.locator('tbody th[scope=row]');
    await expect(rows).toHaveCount(2);
    await expect(rows.first()).toContainText('jsonline');
    await expect(table).toContainText('{broken');
    await expect(table).toContainText(texts.sources.advice.json);
    await noSidewaysScroll(page);

    // Only what needs a look; the URL brings it back.
    await page.getByRole('radio', { name: texts.sources.filter.attention }).check();
    await expect(rows).toHaveCount(1);
    await expect(page).toHaveURL(/show=attention/);
    await page.reload();
    await expect(rows).toHaveCount(1);
    await page.getByRole('radio', { name: texts.sources.filter.silent }).check();
    await expect(page.getByText(texts.sources.none.title)).toBeVisible();
    await page.getByRole('button', { name: texts.sources.none.all }).click();
    await expect(rows).toHaveCount(2);

    await page.getByRole('button', { name: texts.sources.filter.input }).click();
    await page.getByRole('menuitem', { name: 'syslog' }).click();
    await expect(rows).toHaveCount(1);
    await expect(page).toHaveURL(/input=syslog/);
    await page.goBack();
    await page.getByLabel(texts.sources.filter.find).fill('json');
    await expect(rows).toHaveCount(1);
    await expect(page).toHaveURL(/find=json/);

    // A source opens beside the list, and again after a reload.
    await rows.first().getByRole('link').click();
    const panel = page.getByRole('dialog', { name: 'jsonline/127.0.0.1' });
    await expect(panel).toContainText('broken JSON');
    await page.reload();
    await expect(panel).toContainText('{broken');
    await panel.getByRole('link', { name: texts.sources.detail.logs }).click();
    await expect(page).toHaveURL(/\/logs\?.*_source:%3D%22jsonline\/127\.0\.0\.1%22/);
  } finally {
    await server.stop();
  }
});

test('tells who is over its quota, what it lost, and when it had to wait', async ({
  page,
  texts,
}) => {
  const server = await Server.start({
    settings: [
      `limits.sources=${JSON.stringify([
        { name: 'chatty', match: { input: 'jsonline' }, rate: 0.001, burst: '1s', over: 'drop' },
        { name: 'patient', match: { input: 'loki' }, rate: 0.001, burst: '1s' },
      ])}`,
    ],
  });
  const { quota, advice, state } = texts.sources;
  try {
    const lines = Array.from({ length: 41 }, (_, i) => `{"_msg":"line ${i}"}`).join('\n');
    expect(await post(server, '/insert/jsonline', lines)).toBe(200);
    const push = '{"streams":[{"stream":{"app":"a"},"values":[["1","x"],["2","y"]]}]}';
    const headers = { 'Content-Type': 'application/json' };
    for (const status of [204, 429, 429]) {
      const url = `${server.url}/insert/loki/api/v1/push`;
      expect((await fetch(url, { method: 'POST', headers, body: push })).status).toBe(status);
    }
    await open(page, server);
    const table = page.getByRole('table', { name: texts.sources.tabs.senders });
    await expect(table.getByText(state.over_quota, { exact: true })).toHaveCount(2);
    await expect(table).toContainText(`${quota.over} chatty`);
    await expect(table).toContainText(quota.dropped_other.replace('{{n}}', '40'));
    await expect(table).toContainText(`${quota.over} patient`);
    await expect(table).toContainText(quota.waits_other.replace('{{n}}', '2'));
    await expect(table).toContainText(advice.quota);
    await noSidewaysScroll(page);

    const strip = page.getByRole('region', { name: texts.notices.label });
    await expect(strip).toContainText(texts.notices.title.overQuota_other.replace('{{n}}', '2'));
    await expect(strip).toContainText('jsonline/127.0.0.1');

    await page.getByRole('link', { name: '127.0.0.1' }).first().click();
    await expect(page.getByRole('dialog')).toContainText(quota.over);
    await noSidewaysScroll(page);
  } finally {
    await server.stop();
  }
});

test('moves along the rows and closes the panel by keyboard @desktop', async ({ page, texts }) => {
  const server = await Server.start();
  try {
    await syslog(server, '<14>1 2024-11-20T03:12:00+09:00 web-1 nginx - - - hello');
    await post(server, '/insert/jsonline', '{"_msg":"fine"}');
    await open(page, server);
    const links = page.locator('[data-row]');
    await expect(links).toHaveCount(2);
    await page.keyboard.press('j');
    await expect(links.first()).toBeFocused();
    await page.keyboard.press('j');
    await expect(links.nth(1)).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page).not.toHaveURL(/source=/);
    await page.keyboard.press('/');
    await expect(page.getByLabel(texts.sources.filter.find)).toBeFocused();
  } finally {
    await server.stop();
  }
});

test('leads from an empty list to the first line', async ({ page, texts, context }) => {
  const server = await Server.start();
  const { add } = texts.sources;
  try {
    await open(page, server);
    await expect(page.getByText(texts.sources.empty.title)).toBeVisible();
    await page.getByRole('status').getByRole('button', { name: add.button }).click();
    const panel = page.getByRole('dialog', { name: add.title });
    await panel.getByRole('button', { name: 'syslog-ng' }).click();
    await expect(page).toHaveURL(/add=syslog-ng/);
    const tcp = (await listening(server))['syslog.tcp'] ?? '';
    const config = panel.getByRole('region', { name: '/etc/syslog-ng/conf.d/haetae.conf' });
    await expect(config).toContainText(`port(${tcp.split(':')[1]}) transport("tcp")`);
    await panel.getByRole('radio', { name: 'UDP' }).check();
    await expect(config).toContainText('transport("udp")');
    await panel.getByRole('radio', { name: 'TLS' }).check();
    await expect(panel.getByRole('alert')).toContainText('inputs.syslog.tls.listen');
    await panel.getByRole('radio', { name: 'TCP' }).check();
    await expect(panel.getByText(tcp).first()).toBeVisible();

    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await config.getByRole('button', { name: texts.copy.idle }).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain('destination d_haetae');
    const download = page.waitForEvent('download');
    await config.getByRole('button', { name: /haetae\.conf/ }).click();
    expect((await download).suggestedFilename()).toBe('haetae.conf');

    // A reload goes on waiting; then a line is really sent.
    const wait = panel.getByRole('region', { name: add.waitLabel });
    await expect(wait).toContainText(add.waiting);
    await page.reload();
    await expect(wait).toContainText(add.waiting);
    await noSidewaysScroll(page);
    await syslog(server, '<14>1 2024-11-20T03:12:38+09:00 web-7 hello - - - 부산 지점 연결 확인');
    await expect(wait).toContainText(add.arrived);
    await expect(wait).toContainText('부산 지점 연결 확인');
    await expect(wait.locator('[data-state=done]')).toHaveCount(4);
    await wait.getByRole('link', { name: add.toLogs }).click();
    await expect(page.getByText('부산 지점 연결 확인').first()).toBeVisible();
  } finally {
    await server.stop();
  }
});

test('says what a first line lacks @desktop', async ({ page, texts }) => {
  const server = await Server.start();
  const { add } = texts.sources;
  try {
    await open(page, server, '?add=curl');
    const wait = page.getByRole('region', { name: add.waitLabel });
    await expect(wait).toContainText(add.waiting);
    await post(server, '/insert/jsonline', '{broken');
    await expect(wait.getByRole('alert')).toContainText('broken JSON');
    await post(server, '/insert/jsonline', '{"_msg":"no time, no host"}');
    await expect(wait).toContainText(add.arrived);
    await expect(wait).toContainText(add.missing.time);
    await expect(wait).toContainText(add.missing.host);
  } finally {
    await server.stop();
  }
});

test('fills every recipe with the address of this server @desktop', async ({
  page,
  server,
  texts,
}) => {
  test.slow(); // eighteen recipes
  await open(page, server, '?add=rsyslog');
  const panel = page.getByRole('dialog', { name: texts.sources.add.title });
  const recipes = panel.locator('button[aria-pressed]');
  await expect(recipes).toHaveCount(18);
  for (const recipe of await recipes.all()) {
    await recipe.click();
    await expect(recipe).toHaveAttribute('aria-pressed', 'true');
    await expect(panel.locator('pre').first()).not.toBeEmpty();
    // What is left in braces is the shipper's own, with a blank or a dot.
    expect((await panel.locator('pre').allTextContents()).join('\n')).not.toMatch(/\{\{\w+\}\}/);
  }
});

test('shows who fills the disk, by stream and by any field', async ({ page, server, texts }) => {
  await open(page, server, '?tab=streams');
  const table = page.getByRole('table', { name: texts.sources.streams.title });
  await expect(table.getByRole('rowheader')).toHaveCount(6);
  const by = page.getByLabel(texts.sources.streams.by);
  await by.selectOption('host.name');
  for (const host of ['pay-api-01', 'pay-api-02', 'pay-edge-01']) {
    await expect(table.getByRole('rowheader', { name: host, exact: true })).toBeVisible();
  }
  await expect(table.getByRole('rowheader')).toHaveCount(3);
  await expect(page).toHaveURL(/by=host\.name/);
  await page.reload();
  await expect(by).toHaveValue('host.name');
  await noSidewaysScroll(page);
  await expect(page.getByRole('link', { name: texts.sources.streams.retention })).toHaveAttribute(
    'href',
    /\/system\?edit=1/,
  );
  await table.getByRole('link', { name: 'pay-edge-01' }).click();
  await expect(page).toHaveURL(/\/logs\?q=host\.name:%3D%22pay-edge-01%22/);
});
