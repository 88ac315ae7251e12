import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from './console';

const query = (text: string) => `?q=${encodeURIComponent(text)}`;

async function download(page: Page, name: string): Promise<{ name: string; bytes: Buffer }> {
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name, exact: true }).click();
  const file = await waiting;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

test('shows one number, large, with its course', async ({ logs, page, texts }) => {
  await logs.open(query('order_id:* | stats count() as n'));
  await expect(page.getByRole('paragraph').filter({ hasText: /^360$/ })).toBeVisible();
  await expect(page.locator('.u-over')).toHaveCount(2);
  await page.getByRole('radio', { name: texts.logs.stats.table, exact: true }).check();
  await expect(page).toHaveURL(/view=table/);
  await expect(page.getByRole('table').getByRole('cell')).toHaveText('360');
});

test('shows a number that did not exist before, and goes on to a table', async ({ logs, page }) => {
  // No record is older than an hour: there is no largest number then.
  await logs.open(query('order_id:* | stats max(order_id) as n'));
  await expect(page.getByRole('paragraph').filter({ hasText: /^10,359$/ })).toBeVisible();
  await logs.search('order_id:* | stats by (host.name, service.name) count() as n');
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(7);
});

test('draws groups over time, turns series off, and keeps the look', async ({
  logs,
  page,
  texts,
}) => {
  await logs.open(query('order_id:* | stats by (_time:5m, host.name) count() as n'));
  const series = page.getByRole('button', { name: /^pay-(?:api|edge)-/, pressed: true });
  const legend = page.getByTitle('pay-edge-01').and(page.locator('[aria-pressed]')).last();
  await expect(legend).toHaveAttribute('aria-pressed', 'true');
  await legend.click();
  await expect(legend).toHaveAttribute('aria-pressed', 'false');
  await expect(series.last()).toBeVisible();
  await page.getByRole('radio', { name: texts.logs.stats.lines, exact: true }).check();
  await expect(page).toHaveURL(/kind=lines/);
  await page.reload();
  await expect(page.getByLabel(texts.logs.stats.lines, { exact: true })).toBeChecked();
});

test('saves the chart as a picture and the answer as CSV @desktop', async ({ logs, page }) => {
  await logs.open(query('order_id:* | stats by (host.name) count() as n | sort by (host.name)'));
  await expect(page.getByRole('button', { name: /^pay-api-01/ }).last()).toBeVisible();
  const picture = await download(page, 'PNG');
  expect(picture.name).toBe('haetae-chart-20241119T181240Z.png');
  expect(picture.bytes.subarray(1, 4).toString()).toBe('PNG');
  expect(picture.bytes.readUInt32BE(16)).toBeGreaterThan(960); // width, twice the size for sharp screens
  expect(picture.bytes.readUInt32BE(20)).toBeGreaterThan(200);
  const table = await download(page, 'CSV');
  expect(table.name).toBe('haetae-table-20241119T181240Z.csv');
  expect(table.bytes.toString()).toBe(
    '\ufeffhost.name,n\r\npay-api-01,120\r\npay-api-02,120\r\npay-edge-01,120\r\n',
  );
});

test('narrows by a bar', async ({ logs, page }) => {
  await logs.open(query('order_id:* | stats by (service.name) count() as n'));
  await page
    .getByRole('button', { name: /^nginx-edge ?90/ })
    .last()
    .click();
  await expect(page).toHaveURL(/service\.name:%3D(?:%22|")nginx-edge/);
  await expect(page.getByRole('button', { name: /^payment-api ?270/ })).toHaveCount(0);
});

test('sorts a table by mouse and keyboard, and draws it to its end', async ({
  logs,
  page,
  texts,
}) => {
  await logs.open(query('order_id:* | stats by (order_id) count() as n, max(order_id) as bytes'));
  const table = page.getByRole('table');
  await expect(table).toHaveAttribute('aria-rowcount', '361');
  const head = (name: string) => table.getByRole('columnheader', { name });
  await head('bytes').getByRole('button', { name: 'bytes', exact: true }).click();
  await expect(page).toHaveURL(/sort=-bytes/);
  await expect(head('bytes')).toHaveAttribute('aria-sort', 'descending');
  await expect(table.getByRole('row').nth(1)).toContainText('10359');
  await page.reload();
  await expect(table.getByRole('row').nth(1)).toContainText('10359');
  expect(await table.getByRole('row').count()).toBeLessThan(120);
  await page
    .getByRole('region', { name: texts.logs.table })
    .evaluate((box) => box.scrollTo(0, 1e6));
  await expect(table.getByRole('row').last()).toContainText('10000');
  await head('order_id').getByRole('button').focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/sort=order_id/);
  await expect(head('order_id')).toHaveAttribute('aria-sort', 'ascending');
});

test('writes a column in the unit that is chosen @desktop', async ({ logs, page, texts }) => {
  const { stats } = texts.logs;
  await logs.open(query('order_id:* | stats by (host.name) sum(order_id) as total | limit 5'));
  await page.getByRole('radio', { name: stats.table, exact: true }).check();
  await page.getByRole('button', { name: stats.unitOf.replace('{{column}}', 'total') }).click();
  await page.getByRole('menuitem', { name: stats.units.bytes, exact: true }).click();
  await expect(page).toHaveURL(/unit=total:bytes/);
  await expect(page.getByRole('cell', { name: '1.2 MB' }).first()).toBeVisible();
  await page.reload();
  await expect(page.getByRole('cell', { name: '1.2 MB' }).first()).toBeVisible();
});
