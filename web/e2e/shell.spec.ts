import { expect, test } from './console';

test('speaks the other language at once and after a reload', async ({
  logs,
  page,
  texts,
  locale,
}) => {
  await logs.open();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(texts.pages.logs);
  if (logs.phone) await page.getByRole('button', { name: texts.shell.more }).click();
  const korean = locale?.startsWith('ko');
  await page.getByRole('button', { name: korean ? 'English' : '한국어' }).click();
  const title = korean ? 'Logs' : '로그';
  await expect(page.locator('h1')).toHaveText(title);
  await page.reload();
  await expect(page.locator('h1')).toHaveText(title);
  await expect(page.locator('html')).toHaveAttribute('lang', korean ? 'en' : 'ko');
});

test('changes its theme and keeps it', async ({ logs, page, texts, colorScheme }) => {
  await logs.open();
  const html = page.locator('html');
  await expect(html).toHaveAttribute('data-theme', colorScheme ?? '');
  const other = colorScheme === 'dark' ? 'light' : 'dark';
  await page.getByRole('button', { name: texts.theme.title }).click();
  await page.getByRole('menuitemradio', { name: texts.theme[other] }).click();
  await expect(html).toHaveAttribute('data-theme', other);
  await page.reload();
  await expect(html).toHaveAttribute('data-theme', other);
});

test('shows all times in the chosen zone', async ({ logs, page, texts }) => {
  await logs.open();
  await expect(logs.rows.first()).toContainText('03:12:39.000');
  await page.getByRole('button', { name: new RegExp(texts.time.range) }).click();
  await page.getByRole('combobox', { name: texts.time.zone }).selectOption('UTC');
  await expect(page).toHaveURL(/tz=UTC/);
  await expect(logs.rows.first()).toContainText('18:12:39.000');
  await expect(page.getByLabel(texts.time.from, { exact: true })).toHaveValue(
    '2024-11-19 17:12:40',
  );
  await page.getByLabel(texts.time.to, { exact: true }).fill('2024-11-19 18:00:00');
  await page.getByRole('button', { name: texts.time.apply }).click();
  await expect(logs.rows.first()).toContainText('17:59:59.000');
});

test('says when the server does not answer, and when it does again', async ({
  logs,
  page,
  texts,
}) => {
  await logs.open();
  await expect(logs.rows.first()).toBeVisible();
  await page.route('**/api/v1/status', (route) => route.abort());
  await expect(page.getByRole('alert')).toContainText(texts.connection.down, { timeout: 12_000 });
  await page.unroute('**/api/v1/status');
  await expect(page.getByRole('alert')).toHaveCount(0, { timeout: 12_000 });
  await expect(logs.rows.first()).toBeVisible();
});

test('never scrolls sideways', async ({ logs, page }) => {
  await logs.open();
  await expect(logs.rows.first()).toBeVisible();
  await logs.rows.first().click();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
});
