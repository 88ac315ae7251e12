import type { Locator, Page } from '@playwright/test';
import { expect, test } from './console';

test('writes a query over several lines, and joins them @desktop', async ({
  logs,
  page,
  texts,
}) => {
  await logs.open();
  const lines = page.locator('.cm-line');
  await logs.query.press('End');
  await page.keyboard.type('marker');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('| limit 2');
  await expect(lines).toHaveText(['marker', '| limit 2']);
  await page.keyboard.press('Enter');
  await expect(logs.rows).toHaveCount(2);
  await expect(page).toHaveURL(/q=marker%0A/);
  await page.reload();
  await expect(lines).toHaveText(['marker', '| limit 2']);
  await expect(logs.rows).toHaveCount(2);
  await page.getByRole('button', { name: texts.logs.query.format }).click();
  await expect(lines).toHaveText(['marker | limit 2']);
});

test('keeps what was run, and what was not, and forgets it', async ({ logs, page, texts }) => {
  const { history, query } = texts.logs;
  await logs.open('?q=marker');
  await expect(logs.rows).toHaveCount(6);
  await logs.search('"orderId=10017"');
  await expect(logs.rows).toHaveCount(1);
  // The editor may still be putting what was run in its place.
  await expect(async () => {
    await logs.query.fill('never_run');
    await expect(logs.query).toHaveText('never_run', { timeout: 1000 });
  }).toPass();
  await page.reload(); // what was being written is not lost

  await page.getByRole('button', { name: query.history }).click();
  await expect(page).toHaveURL(/panel=history/);
  const panel = page.getByRole('dialog', { name: history.title });
  const entries = panel.getByRole('listitem');
  await expect(entries.filter({ hasText: 'never_run' })).toContainText(history.draft);
  await expect(entries.filter({ hasText: history.draft })).toHaveCount(1);
  await panel.getByRole('searchbox', { name: history.search }).fill('MARK');
  await expect(entries).toHaveCount(1);
  await entries
    .getByRole('button', { name: /^marker/ })
    .first()
    .click(); // the second forgets it
  await expect(page).toHaveURL(/q=marker/);

  await logs.open('?q=marker&panel=history');
  await panel.getByRole('button', { name: history.forget.replace('{{query}}', 'marker') }).click();
  await expect(entries.filter({ hasText: 'marker' })).toHaveCount(0);
  await panel.getByRole('button', { name: history.clear }).click();
  await expect(panel.getByText(history.none)).toBeVisible();
  await page.getByRole('button', { name: texts.toast.undo }).click();
  await expect(entries.filter({ hasText: 'orderId=10017' })).toBeVisible();
  await page.reload();
  await expect(entries.filter({ hasText: 'orderId=10017' })).toBeVisible();
});

test('brings earlier queries back into an empty line by the arrows @desktop', async ({ logs }) => {
  await logs.open('?q=marker');
  await expect(logs.rows).toHaveCount(6);
  await logs.search('"orderId=10017"');
  await expect(logs.rows).toHaveCount(1);
  await logs.query.press('ControlOrMeta+a');
  await logs.query.press('Delete');
  await logs.query.press('ArrowUp');
  await expect(logs.query).toHaveText('"orderId=10017"');
  await logs.query.press('ArrowUp');
  await expect(logs.query).toHaveText('marker');
  await logs.query.press('ArrowDown');
  await logs.query.press('Enter');
  await expect(logs.rows).toHaveCount(1);
});

/** Goes by the Tab key alone to what is wanted. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  const isFocused = () => wanted.evaluate((element) => element === document.activeElement);
  for (let i = 0; i < 60; i++) {
    if (await isFocused()) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the Tab key does not lead to ${wanted}`);
}

test('builds a query by keyboard alone @desktop', async ({ logs, page, texts }) => {
  const { builder, query } = texts.logs;
  await logs.open();
  await expect(logs.rows.first()).toBeVisible();
  await tabTo(page, page.getByRole('button', { name: query.build }));
  await page.keyboard.press('Enter');
  const panel = page.getByRole('region', { name: builder.title });
  await expect(panel).toBeVisible();

  const pick = async (label: string, text: string) => {
    await expect(page.getByRole('combobox', { name: label })).toBeFocused();
    await page.keyboard.type(text);
    await expect(page.locator('[role=option][aria-selected=true]')).toContainText(text);
    await page.keyboard.press('Enter');
  };
  await tabTo(page, panel.getByRole('button', { name: builder.addTerm, exact: true }));
  await page.keyboard.press('Enter');
  await pick(builder.field, 'service.name');
  await pick(builder.value, 'nginx-edge');
  await expect(page).toHaveURL(/q=service\.name:%3D%22nginx-edge%22/);
  await expect(logs.rows.filter({ hasNotText: 'nginx-edge' })).toHaveCount(0);

  await tabTo(page, panel.getByRole('button', { name: builder.addGroup, exact: true }));
  await page.keyboard.press('Enter');
  await pick(builder.field, 'host.name');
  await expect(page).toHaveURL(/by(?:%20|\+)\(host\.name\)/);
  await page.reload();
  const chip = panel.getByRole('button', { name: builder.dropOf.replace('{{term}}', 'host.name') });
  await tabTo(page, chip);
  await page.keyboard.press('Enter');
  await expect(page).not.toHaveURL(/host\.name/);
});
