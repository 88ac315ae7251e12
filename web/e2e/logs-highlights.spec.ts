import { expect, test } from './console';

test('highlights lines by text and by pattern, in the list and as they flow in, and keeps the rules', async ({
  logs,
  page,
  texts,
}) => {
  const { highlights, columns } = texts.logs;
  await logs.open('?q=marker');
  await expect(logs.rows).toHaveCount(6);
  await page.getByRole('button', { name: columns.menu }).click();
  await page.getByRole('menuitem', { name: highlights.open }).click();
  const dialog = page.getByRole('dialog', { name: highlights.title });
  await dialog.getByRole('button', { name: highlights.add }).click();
  await dialog.getByLabel(highlights.text.replace('{{n}}', '1')).fill('/took=7[34]ms/');
  await dialog.getByRole('button', { name: highlights.add }).click();
  const second = dialog.getByLabel(highlights.text.replace('{{n}}', '2'));
  await second.fill('/(/');
  await expect(dialog.getByRole('alert')).toHaveText(highlights.wrong);
  await second.fill('ORDERID=10075');
  const tints = dialog.getByRole('group', { name: highlights.tintOf.replace('{{n}}', '2') });
  await tints.getByRole('radio', { name: highlights.tint.replace('{{n}}', '4') }).check();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);

  const tinted = logs.rows.locator('[data-tint]');
  await expect(tinted).toHaveCount(3);
  await expect(logs.rows.locator('[data-tint="1"]').first()).toContainText('took=73ms');
  await expect(logs.rows.locator('[data-tint="4"]')).toContainText('orderId=10075');
  await page.reload();
  await expect(tinted).toHaveCount(3);

  await logs.open('?live=1');
  const tag = `highlit${test.info().project.name.replace(/\W/g, '')}`;
  await logs.server.send([{ _msg: `${tag} took=74ms`, 'host.name': 'pay-api-01' }]);
  const arrived = logs.rows.filter({ hasText: tag });
  await expect(arrived.locator('[data-tint="1"]')).toHaveCount(1);
});

test('adds and removes a highlight by keys alone @desktop', async ({ logs, page, texts }) => {
  const { highlights } = texts.logs;
  await logs.open('?q=marker');
  await expect(logs.rows).toHaveCount(6);
  await page.keyboard.press('h');
  const dialog = page.getByRole('dialog', { name: highlights.title });
  await dialog.getByRole('button', { name: highlights.add }).press('Enter');
  await dialog.getByLabel(highlights.text.replace('{{n}}', '1')).pressSequentially('took=75ms');
  await page.keyboard.press('Escape');
  const tinted = logs.rows.locator('[data-tint]');
  await expect(tinted).toHaveCount(1);
  await page.keyboard.press('h');
  await dialog
    .getByRole('button', { name: highlights.remove.replace('{{n}}', '1') })
    .press('Enter');
  await page.keyboard.press('Escape');
  await expect(tinted).toHaveCount(0);
});
