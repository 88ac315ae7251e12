import { readFileSync } from 'node:fs';
import { expect, test } from './console';

test('exports what is searched as CSV and says how it went', async ({ logs, page, texts }) => {
  const words = texts.logs.export;
  await logs.open('?q=marker&panel=export');
  const panel = page.getByRole('dialog', { name: words.title });
  await expect(panel).toContainText('marker');
  const coming = page.waitForEvent('download');
  await panel.getByRole('button', { name: words.start }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
  const lines = readFileSync(await download.path(), 'utf8')
    .trim()
    .split(/\r?\n/);
  expect(lines[0]).toBe('_time,_severity,host.name,service.name,_msg');
  expect(lines).toHaveLength(7);
  expect(lines.slice(1).every((line) => line.includes('marker'))).toBe(true);
  await expect(page.getByText(words.state.done)).toBeVisible();
  await page.getByRole('button', { name: words.dismiss }).click();
  await expect(page.getByText(words.state.done)).toBeHidden();
});

test('copies a link to exactly these times @desktop', async ({ logs, page, context, texts }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await logs.open('?q=marker');
  await page.getByRole('button', { name: texts.logs.share.title }).click();
  await page.getByRole('menuitem', { name: texts.logs.share.fixed }).click();
  await expect(page.getByRole('button', { name: texts.copy.done })).toBeVisible();
  const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
  expect(link.searchParams.get('from')).toBe('2024-11-19T17:12:40Z');
  expect(link.searchParams.get('to')).toBe('2024-11-19T18:12:40Z');
  expect(link.searchParams.get('q')).toBe('marker');
  await page.goto(link.href);
  await expect(logs.rows).toHaveCount(6);
});
