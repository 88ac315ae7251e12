import type { Page } from '@playwright/test';
import { expect, now, test } from './console';
import { Server } from './server';

const accessLine =
  '203.0.113.7 - - [20/Nov/2024:03:12:38 +0900] "GET /api/pay HTTP/1.1" 502 173 "-" "curl/8.5"';

async function open(page: Page, server: Server, search: string): Promise<void> {
  await page.clock.setFixedTime(now);
  await page.goto(`${server.url}/sources${search}`);
}

test('says what a pasted line becomes', async ({ page, server, texts }) => {
  await open(page, server, '?tab=try');
  await page.getByLabel(texts.sources.try.line).fill(accessLine);
  const result = page.getByRole('region', { name: texts.sources.try.result });
  await expect(result).toContainText('nginx-access@1');
  await expect(result.getByRole('row', { name: /http\.response\.status_code/ })).toContainText(
    '502',
  );
  await expect(page).toHaveURL(/line=203/);
  await page.reload();
  await expect(result).toContainText('nginx-access@1');
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(over).toBe(0);
});

test('writes a rule against a line, keeps it, and lists it', async ({ page, texts }) => {
  const server = await Server.start();
  const { rule, rules } = texts.sources;
  try {
    await open(page, server, '?tab=try');
    const result = page.getByRole('region', { name: texts.sources.try.result });
    await page.getByLabel(texts.sources.try.line).fill('order 4711 took 12 ms');
    await expect(result).toContainText(texts.sources.try.plain);

    // A wrong pattern is said at its place; a right one shows its field at once.
    const pattern = page.getByLabel(rule.pattern, { exact: true });
    await pattern.fill('order %{NUMBR:order.id}');
    await expect(page.getByRole('alert')).toContainText('NUMBR');
    await pattern.fill('order %{NUMBER:order.id} took');
    await expect(result.getByRole('row', { name: /order\.id/ })).toContainText('4711');
    await expect(page).toHaveURL(/draft=/);
    await page.reload();
    await expect(result.getByRole('row', { name: /order\.id/ })).toContainText('4711');

    await page.getByLabel(rule.name).fill('orders');
    await page.getByRole('button', { name: rule.save }).click();
    await expect(page.getByText(rule.works)).toBeVisible();
    await expect(page.getByRole('link', { name: rule.replay })).toBeVisible();

    // It acts on what comes from now on.
    await server.send([{ _msg: 'order 99 took 1 ms', 'host.name': 'web-1' }]);
    await page.getByRole('link', { name: texts.sources.tabs.rules }).click();
    const list = page.getByRole('list', { name: texts.sources.tabs.rules });
    await expect(list).toContainText('orders');
    await expect(list.locator('small')).toContainText('1');

    // Edited, switched off, deleted and brought back.
    await list.getByRole('link', { name: rules.edit }).click();
    await expect(pattern).toHaveValue('order %{NUMBER:order.id} took');
    await page.getByLabel(rule.drop, { exact: true }).fill('order.id');
    await page.getByRole('button', { name: rule.change }).click();
    await page.getByRole('link', { name: texts.sources.tabs.rules }).click();
    await expect(list).toContainText('drop order.id');
    await list.getByRole('checkbox').uncheck();
    await page.reload();
    await expect(list.getByRole('checkbox')).not.toBeChecked();
    await list.getByRole('button', { name: rules.delete.replace('{{name}}', 'orders') }).click();
    await expect(page.getByText(rules.empty)).toBeVisible();
  } finally {
    await server.stop();
  }
});

test('puts rules into another order', async ({ page, texts }) => {
  const server = await Server.start();
  const { rules } = texts.sources;
  try {
    for (const name of ['first', 'second']) {
      const body = JSON.stringify({ name, rule: { if: name, drop: ['x'] } });
      const headers = { 'Content-Type': 'application/json' };
      const answer = await fetch(`${server.url}/api/v1/rules`, { method: 'POST', headers, body });
      expect(answer.status).toBe(201);
    }
    await open(page, server, '?tab=rules');
    const names = page.getByRole('list', { name: texts.sources.tabs.rules }).locator('b');
    await expect(names).toHaveText(['first', 'second']);
    await page.getByRole('button', { name: rules.up.replace('{{name}}', 'second') }).click();
    await expect(names).toHaveText(['second', 'first']);
    await page.reload();
    await expect(names).toHaveText(['second', 'first']);
  } finally {
    await server.stop();
  }
});

test('says that there are no dead letters, and why that is well @desktop', async ({
  page,
  server,
  texts,
}) => {
  await open(page, server, '?tab=letters');
  await expect(page.getByText(texts.sources.letters.empty)).toBeVisible();
  await page.getByLabel(texts.sources.letters.find).fill('deadletter.reason:decode');
  await page.getByRole('button', { name: texts.sources.letters.search, exact: true }).click();
  await expect(page.getByText(texts.sources.letters.none)).toBeVisible();
  await expect(page).toHaveURL(/find=deadletter\.reason/);
});
