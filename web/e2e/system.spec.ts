import type { Page } from '@playwright/test';
import { expect, test } from './console';

/** The page at its own clock: it shows how the server is now. */
async function open(page: Page, url: string, search = ''): Promise<string[]> {
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(error.message));
  page.on('response', (response) => {
    if (response.status() >= 400) failures.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(`${url}/system${search}`);
  return failures;
}

async function sideways(page: Page): Promise<number> {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

test('says how Haetae is, in a sentence and in figures', async ({ page, server, texts }) => {
  const failures = await open(page, server.url);
  const { system } = texts;
  await expect(page.getByRole('region', { name: texts.system.verdict.label })).toContainText(
    system.verdict.ok,
  );
  await expect(page.getByText(system.strip.durable)).toBeVisible();
  for (const name of [system.partitions.title, system.memory.title, system.datasets.title]) {
    await expect(page.getByRole('region', { name }).getByRole('row').first()).toBeAttached();
  }
  const logs = page.getByRole('region', { name: system.datasets.title }).getByRole('row');
  await expect(logs.filter({ hasText: 'logs' })).toHaveCount(1);
  await expect(page.getByRole('img', { name: system.charts.disk })).toBeVisible();

  const chart = page.getByLabel(system.charts.metric);
  await chart.selectOption('memory');
  await expect(page).toHaveURL(/metric=memory/);
  await expect(page.getByRole('img', { name: /[1-9][\d.,]* MB$/ })).toBeVisible();
  await page.reload();
  await expect(chart).toHaveValue('memory');
  expect(await sideways(page)).toBe(0);
  expect(failures).toEqual([]);
});

test('shows one moment in all charts @desktop', async ({ page, server, texts }) => {
  await open(page, server.url);
  const { charts } = texts.system;
  const history = page.locator('section', { has: page.getByLabel(charts.metric) });
  const disk = page.getByRole('img', { name: charts.disk });
  const plot = history.locator('.u-over');
  await expect(plot).toBeVisible();
  await expect(disk.locator('.u-cursor-x')).toBeAttached();
  const place = () =>
    disk.locator('.u-cursor-x').evaluate((line) => getComputedStyle(line).transform);
  const before = await place();
  const { width = 0, height = 0 } = (await plot.boundingBox()) ?? {};
  await plot.hover({ position: { x: width - 2, y: height / 2 } });
  await expect.poll(place).not.toBe(before);
});

test('changes how long records are kept, and goes back', async ({ page, server, texts }) => {
  const { retention } = texts.system;
  await open(page, server.url);
  const table = page.getByRole('region', { name: retention.title });
  await table.getByRole('button', { name: retention.edit }).click();
  await expect(page).toHaveURL(/edit=1/);
  await page.reload();
  const panel = page.getByRole('dialog', { name: retention.editTitle });
  await expect(panel.getByLabel(retention.most)).toHaveValue('80%');

  await panel.getByRole('button', { name: retention.add }).click();
  const rule = panel.getByRole('group', { name: retention.rule.replace('{{n}}', '1') });
  await rule.getByLabel(retention.filter).fill('error');
  await expect(panel.getByRole('alert')).toContainText('stream filter');
  await expect(panel.getByRole('button', { name: retention.save })).toBeDisabled();
  await rule.getByLabel(retention.filter).fill('{service.name="nginx-edge"}');
  await rule.getByLabel(retention.keep).fill('45d');
  await expect(panel.getByRole('status')).toHaveText(retention.losesNothing);
  await panel.getByRole('button', { name: retention.save }).press('Enter');
  await expect(panel).toHaveCount(0);
  await expect(table.getByRole('row', { name: /nginx-edge/ })).toContainText('45');
  await page.reload();
  await expect(table.getByRole('row', { name: /nginx-edge/ })).toContainText('45');

  await table.getByRole('button', { name: retention.edit }).click();
  await panel.getByRole('button', { name: retention.reset }).click();
  await page.getByRole('button', { name: retention.resetNow }).click();
  await expect(panel).toHaveCount(0);
  await expect(table.getByRole('row', { name: /nginx-edge/ })).toHaveCount(0);
});

test('asks before a change deletes records', async ({ page, server, texts }) => {
  const { retention } = texts.system;
  // Only the preview is ours: records so old cannot be had in a moment.
  const would_delete = {
    segments: 2,
    rows: 1234,
    bytes: 5_000_000,
    oldest: '2026-01-01T00:00:00Z',
  };
  await page.route('**/system/retention?preview=true', (route) =>
    route.fulfill({ json: { would_delete } }),
  );
  let saved = 0;
  page.on('request', (request) => {
    if (request.method() === 'PUT' && request.url().endsWith('/retention')) saved += 1;
  });
  await open(page, server.url, '?edit=1');
  const panel = page.getByRole('dialog', { name: retention.editTitle });
  await panel.getByLabel(retention.keep).fill('29d');
  await expect(panel.getByRole('status')).toContainText('1,234');
  await panel.getByRole('button', { name: retention.save }).click();
  const ask = page.getByRole('dialog', { name: retention.askTitle });
  await expect(ask).toContainText('1,234');
  await page.keyboard.press('Escape');
  await expect(ask).toHaveCount(0);
  expect(saved).toBe(0);
  await panel.getByRole('button', { name: retention.save }).click();
  await ask.getByRole('button', { name: retention.delete }).click();
  await expect(panel).toHaveCount(0);
  expect(saved).toBe(1);

  await page.goto(`${server.url}/system?edit=1`);
  await panel.getByRole('button', { name: retention.reset }).click();
  const back = page.getByRole('dialog', { name: retention.reset });
  await expect(back).toContainText(retention.askReset);
  await expect(back).toContainText('1,234');
  await back.getByRole('button', { name: retention.cancel }).click();
  await expect(panel).toBeVisible();
  await panel.getByRole('button', { name: retention.reset }).click();
  await back.getByRole('button', { name: retention.resetNow }).click();
  await expect(panel).toHaveCount(0);
});

test('describes every setting in the language of the page @looks', async ({
  page,
  server,
  locale,
}) => {
  await open(page, server.url, '?part=config');
  const docs = page.getByRole('row').locator('small');
  const korean = locale === 'ko-KR';
  await expect(docs.first()).toHaveText(korean ? /[가-힣]/ : /^[^가-힣]+$/);
  const texts = await docs.allTextContents();
  expect(texts.length).toBeGreaterThan(50);
  expect(texts.filter((text) => /[가-힣]/.test(text) !== korean)).toEqual([]);
});

test('lists the queries that run and ends one', async ({ page, server, texts }) => {
  const { queries } = texts.system;
  await open(page, server.url, '?part=queries');
  await expect(page.getByText(queries.none)).toBeVisible();
  const query = 'service.name:="nginx-edge"';
  const tail = await fetch(`${server.url}/api/v1/logs/tail?query=${encodeURIComponent(query)}`);
  const ended = tail.text();
  const row = page.getByRole('row', { name: /nginx-edge/ });
  await expect(row).toBeVisible();
  await page.reload();
  await row.getByRole('button', { name: queries.cancelOne.replace('{{query}}', query) }).click();
  await expect(row).toHaveCount(0);
  expect(await ended).toContain('query.cancelled');
  await expect(page.getByText(queries.none)).toBeVisible();
});

test('shows its own log, with a way into the logs @desktop', async ({ page, server, texts }) => {
  const failures = await open(page, server.url, '?part=log');
  const { log } = texts.system;
  const region = page.getByRole('region', { name: log.title });
  await expect(
    region
      .getByText('configuration reloaded')
      .or(region.getByText(log.empty))
      .or(region.getByRole('row').first())
      .first(),
  ).toBeVisible();
  await region.getByRole('link', { name: log.open }).click();
  await expect(page).toHaveURL(/\/logs\?.*q=.*service\.name.*haetae/);
  expect(failures).toEqual([]);
});

test('finds a setting and says where it comes from', async ({ page, server, texts }) => {
  const failures = await open(page, server.url, '?part=config');
  const { config } = texts.system;
  const find = page.getByRole('searchbox', { name: config.find });
  await find.fill('http.listen');
  const row = page.getByRole('row', { name: /^http\.listen/ });
  await expect(row).toContainText('127.0.0.1');
  await expect(page.getByRole('row')).toHaveCount(4); // http.advertise and http.trusted_proxies tell of it too
  await page.reload();
  await expect(find).toHaveValue('http.listen');
  await expect(row).toBeVisible();
  await find.fill('no such setting');
  await page.getByRole('button', { name: config.all }).click();
  await expect(page.getByRole('row', { name: /limits\.line/ })).toBeVisible();
  expect(await sideways(page)).toBe(0);
  expect(failures).toEqual([]);
});

test('says what failed and tries again @desktop', async ({ page, server, texts }) => {
  let broken = true;
  await page.route('**/api/v1/system', (route) =>
    broken
      ? route.fulfill({ status: 500, json: { code: 'internal', title: 'failed', status: 500 } })
      : route.continue(),
  );
  await page.goto(`${server.url}/system`);
  await expect(page.getByRole('alert')).toContainText(texts.system.failed);
  broken = false;
  await page.getByRole('button', { name: texts.fault.retry }).click();
  await expect(page.getByRole('region', { name: texts.system.verdict.label })).toContainText(
    texts.system.verdict.ok,
  );
});

test('says that it waits, and greys what is old with its age @desktop', async ({
  page,
  server,
  texts,
}) => {
  const { system, connection } = texts;
  let state: 'held' | 'up' | 'broken' = 'held';
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/api/v1/system', async (route) => {
    if (state === 'held') await held;
    if (state === 'broken') {
      await route.fulfill({
        status: 500,
        json: { code: 'internal', title: 'failed', status: 500 },
      });
    } else await route.continue();
  });
  await page.clock.install();
  await page.goto(`${server.url}/system`);
  await expect(page.getByRole('status').filter({ hasText: texts.shell.waiting })).toBeVisible();
  state = 'up';
  release();
  const verdict = page.getByRole('region', { name: system.verdict.label });
  await expect(verdict).toContainText(system.verdict.ok);
  await expect(page.getByText(texts.shell.waiting)).toHaveCount(0);
  await expect(verdict).toHaveCSS('filter', 'none');

  state = 'broken';
  await page.clock.fastForward(5000);
  await expect(page.getByRole('alert')).toContainText(system.failed);
  const [before = '', after = ''] = connection.age.split('{{n}}');
  await expect(page.getByText(new RegExp(`^${before}[1-9]\\d*${after}$`))).toBeVisible();
  await expect(verdict).toHaveCSS('filter', 'grayscale(1)');
  state = 'up';
  await page.getByRole('button', { name: texts.fault.retry }).click();
  await expect(verdict).toHaveCSS('filter', 'none');
  await expect(page.getByText(system.failed)).toHaveCount(0);
});
