import { expect, now, test } from './console';
import type { SentRecord } from './server';

const day = 86_400_000;

function line(time: number, _msg: string, level: string, service: string): SentRecord {
  return {
    _time: new Date(time).toISOString(),
    _msg,
    level,
    'host.name': 'pay-api-02',
    'service.name': service,
  };
}

/** Beside the hour of the server, which has no yesterday: an event that grew, one that stays and one that has stopped. */
function events(): SentRecord[] {
  const failed = (time: number, i: number) =>
    line(time, `connect() failed while reading from 203.0.113.${i}`, 'error', 'nginx-edge');
  const swept = (time: number, i: number) =>
    line(time, `swept ${i * 7} sessions of the pool`, 'info', 'auth');
  const settled = (time: number, i: number) =>
    line(time, `settlement batch ${i}/30 written to /data/settle/${i}.csv`, 'info', 'erp');
  const each = (n: number, make: (time: number, i: number) => SentRecord, end: number) =>
    Array.from({ length: n }, (_, i) => make(end - (i + 1) * 20_000, i));
  return [
    ...each(80, failed, now),
    ...each(4, failed, now - day),
    ...each(40, swept, now),
    ...each(50, swept, now - day),
    ...each(30, settled, now - day),
  ];
}

test.beforeAll(async ({ servers }, { file }) => {
  await (await servers.of(file)).send(events());
});

test('says which patterns are new, exploded and silent against yesterday, and lists them alone', async ({
  logs,
  page,
  texts,
}) => {
  const { patterns, logs: words } = texts;
  await logs.open();
  await page.getByRole('link', { name: words.sections.patterns }).click();
  await expect(page).toHaveURL(/section=patterns/);
  const rows = page.getByRole('table', { name: patterns.title }).locator('tbody tr');
  await expect(rows).toHaveCount(5);
  await expect(rows.nth(0)).toContainText('orderId=');
  const exploded = rows.filter({ hasText: 'connect() failed' });
  await expect(exploded).toContainText(patterns.flag.exploded);
  await expect(exploded).toContainText('80');
  await expect(exploded).toHaveAttribute('data-severity', 'error');
  if (!logs.phone) await expect(exploded).toContainText('×20');
  const steady = rows.filter({ hasText: 'swept' });
  if (!logs.phone) await expect(steady).toContainText('−20%');
  await expect(steady).not.toContainText(patterns.flag.new);
  // Both by day and by clock, but of today by clock alone.
  await expect(steady).toContainText(/2024-11-19 0[23]:\d\d/);
  await expect(rows.nth(0)).toContainText(/(?<!\d )0[23]:\d\d:\d\d/);

  await page.getByRole('radio', { name: `${patterns.state.silent} 1` }).check();
  await expect(page).toHaveURL(/state=silent/);
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('settlement batch');
  await page.reload();
  await expect(rows).toHaveCount(1);
  await page.goBack();
  await expect(rows).toHaveCount(5);

  // A week ago there was nothing at all.
  await page.getByRole('button', { name: patterns.compareWith }).click();
  await page.getByRole('menuitem', { name: patterns.before['1w'] }).click();
  await expect(page).toHaveURL(/vs=1w/);
  await expect(rows).toHaveCount(4);
  await expect(rows.filter({ hasText: 'swept' })).toContainText(patterns.flag.new);
});

test('opens a pattern to what its variables hold, and leads to its lines', async ({
  logs,
  page,
  texts,
}) => {
  const { patterns } = texts;
  await logs.open('?section=patterns&q=swept');
  const rows = page.getByRole('table', { name: patterns.title }).locator('tbody tr');
  await expect(rows).toHaveCount(1);
  await rows.getByRole('button').click();
  await expect(page).toHaveURL(/pattern=[0-9a-f]{16}/);
  await page.reload();
  const said = page.getByRole('img', {
    name: new RegExp(`^${patterns.spread}: p50 1\\d\\d · .*${patterns.max} 273$`),
  });
  await expect(said).toBeVisible();
  await expect(page.getByText('swept 0 sessions of the pool')).toBeVisible();
  const hosts = page.getByRole('region', { name: 'host.name' });
  await expect(hosts).toContainText('pay-api-02');
  await page.getByRole('button', { name: patterns.show_other.replace('{{n}}', '40') }).click();
  await expect(page).toHaveURL(/_pattern/);
  await expect(page).not.toHaveURL(/section=/);
  await expect(logs.rows.first()).toContainText('swept');
  await expect(page.getByRole('status').first()).toContainText('40');
});

test('leads from a silent pattern to the lines of before', async ({ logs, page, texts }) => {
  const { patterns } = texts;
  await logs.open('?section=patterns&state=silent');
  const table = page.getByRole('table', { name: patterns.title });
  await table.getByRole('button').click();
  await expect(page.getByRole('region', { name: 'service.name' })).toContainText('erp');
  await page
    .getByRole('button', { name: patterns.showBefore_other.replace('{{n}}', '30') })
    .click();
  await expect(page).toHaveURL(/from=2024-11-18T17:12:40Z/);
  await expect(logs.rows.first()).toContainText('settlement batch 0/30');
  await expect(page.getByRole('status').first()).toContainText('30');
});

test('leaves a pattern out, and says what a wrong query is @desktop', async ({
  logs,
  page,
  texts,
}) => {
  const { patterns, problem } = texts;
  await logs.open('?section=patterns&q=connect or swept');
  const rows = page.getByRole('table', { name: patterns.title }).locator('tbody tr');
  await expect(rows).toHaveCount(2);
  await rows.filter({ hasText: 'connect' }).getByRole('button').click();
  await page.getByRole('button', { name: patterns.leaveOut }).click();
  await expect(page).toHaveURL(/-_pattern/);
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('swept');

  await logs.search('level:=(');
  await expect(page.getByRole('alert')).toContainText(problem.column.replace('{{column}}', '8'));
  await expect(rows).toHaveCount(1);
  await logs.search('nothing_like_this');
  await expect(page.getByText(patterns.none, { exact: true })).toBeVisible();
});

test('says that pipes are left out', async ({ logs, page, texts }) => {
  const { patterns } = texts;
  await logs.open('?section=patterns&q=swept | stats count()');
  const rows = page.getByRole('table', { name: patterns.title }).locator('tbody tr');
  await expect(rows).toHaveCount(1);
  const said = page.getByRole('status').filter({ hasText: patterns.pipes });
  await expect(said).toContainText('| stats count()');
  await said.getByRole('button', { name: patterns.takeAway }).click();
  await expect(said).toBeHidden();
  await expect(page).not.toHaveURL(/stats/);
  await expect(rows).toHaveCount(1);
});

test('shows no codes of a terminal', async ({ logs, page, texts }) => {
  const coloured = (i: number) => `\u001b[3${i % 2}mvite\u001b[0m built in ${i} ms`;
  await logs.server.send(
    Array.from({ length: 12 }, (_, i) => line(now - 60_000 * (i + 1), coloured(i), 'info', 'web')),
  );
  const { kind } = texts.patterns;
  await logs.open('?section=patterns&q=built');
  const rows = page.getByRole('table', { name: texts.patterns.title }).locator('tbody tr');
  await expect(rows.getByRole('button').first()).toHaveText(`vite built in ${kind.num}`);
  await rows.getByRole('button').first().click();
  await expect(page.getByText('vite').first()).toBeVisible();
  await expect(page.getByRole('table', { name: texts.patterns.title })).not.toContainText('[3');
});

test('is walked and opened by keys @desktop', async ({ logs, page, texts }) => {
  await logs.open('?section=patterns&q=connect or swept');
  const table = page.getByRole('table', { name: texts.patterns.title });
  const rows = table.locator('[data-row]');
  await expect(rows).toHaveCount(2);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(rows.nth(1)).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('Escape');
  await expect(rows.nth(1)).toHaveAttribute('aria-expanded', 'false');
  await expect(page).not.toHaveURL(/pattern=/);
  await page.keyboard.press('/');
  await expect(logs.query).toBeFocused();
});

test('says what failed, and tries again @desktop', async ({ logs, page, texts }) => {
  const { patterns, fault } = texts;
  let broken = true;
  await page.route('**/api/v1/logs/patterns?*', (route) =>
    broken
      ? route.fulfill({ status: 503, json: { code: 'busy', title: 'busy', status: 503 } })
      : route.continue(),
  );
  await logs.open('?section=patterns');
  await expect(page.getByRole('alert')).toContainText(patterns.failed);
  broken = false;
  await page.getByRole('button', { name: fault.retry }).click();
  await expect(page.getByRole('table', { name: patterns.title })).toBeVisible();
});
