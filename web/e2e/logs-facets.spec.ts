import { expect, now, test } from './console';

function tagOf(name: string): string {
  const { workerIndex, project, repeatEachIndex } = test.info();
  return `${name}${workerIndex}x${repeatEachIndex}${project.name.replace(/\W/g, '')}`;
}

const fill = (text: string, field: string) => text.replace('{{field}}', field);

test('finds a field, and a range of its numbers, and takes it back', async ({
  logs,
  page,
  texts,
}) => {
  const { facets: words } = texts.logs;
  await logs.open();
  let facets = await logs.facets();
  await facets.getByLabel(words.searchFields).fill('order');
  await expect(facets.getByRole('region')).toHaveCount(1);
  await facets.getByRole('button', { name: fill(words.moreOf, 'order_id') }).click();
  const least = facets.getByRole('spinbutton', { name: fill(words.least, 'order_id') });
  await expect(least).toHaveValue('10000');
  await least.fill('10010');
  await facets.getByRole('spinbutton', { name: fill(words.most, 'order_id') }).fill('10019');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/order_id:range/);
  if (logs.phone) await page.keyboard.press('Escape');
  await expect(logs.rows).toHaveCount(10);
  await page.reload();
  await expect(logs.rows).toHaveCount(10);
  facets = await logs.facets();
  await facets.getByLabel(words.searchFields).fill('order');
  const more = facets.getByRole('button', { name: fill(words.moreOf, 'order_id') });
  const whole = facets.getByRole('button', { name: words.whole });
  await expect(more.or(whole)).toBeVisible();
  if (await more.isVisible()) await more.click();
  await whole.click();
  await expect(page).not.toHaveURL(/order_id/);
});

test('moves a handle of a range by keyboard @desktop', async ({ logs, page, texts }) => {
  const { facets: words } = texts.logs;
  await logs.open();
  const facets = await logs.facets();
  await facets.getByLabel(words.searchFields).fill('order');
  await facets.getByRole('button', { name: fill(words.moreOf, 'order_id') }).click();
  await facets.getByRole('slider', { name: fill(words.least, 'order_id') }).focus();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/order_id:range\[10358,(?:%20|\+)10359\]|order_id:range%5B10358/);
  await expect(logs.rows).toHaveCount(2);
});

test('searches the values of a field on the server', async ({ logs, page, texts }) => {
  const { facets: words } = texts.logs;
  const tag = tagOf('names');
  await logs.server.send(
    Array.from({ length: 80 }, (_, i) => ({
      _time: new Date(now - 9 * 86_400_000 - i).toISOString(),
      _msg: tag,
      'host.name': 'facets',
      'user.name': `User-${i}`,
    })),
  );
  await logs.open(`?q=${tag}&from=now-10d`);
  const facets = await logs.facets();
  await facets.getByLabel(words.searchFields).fill('user.name');
  await facets.getByRole('button', { name: fill(words.moreOf, 'user.name') }).click();
  await facets.getByLabel(fill(words.searchValues, 'user.name')).fill('user-77');
  const found = facets.getByRole('button', { name: /^User-/ });
  await expect(found).toHaveCount(1);
  await found.click();
  await expect(page).toHaveURL(/user\.name:%3D%22User-77%22|user\.name:%3D"User-77"/);
  if (logs.phone) await page.keyboard.press('Escape');
  await expect(logs.rows).toHaveCount(1);
});

test('hides and pins fields for this browser', async ({ logs, page, texts }) => {
  const { facets: words } = texts.logs;
  await logs.open();
  let facets = await logs.facets();
  const group = (field: string) => facets.getByRole('region', { name: field, exact: true });
  const act = async (field: string, action: string) => {
    await facets.getByRole('button', { name: fill(words.menu, field) }).click();
    await page.getByRole('menuitem', { name: action }).click();
  };
  await expect(group('service.name')).toBeVisible();
  await act('service.name', words.hide);
  await expect(group('service.name')).toHaveCount(0);
  await act('host.name', words.pin);
  await expect(facets.getByRole('region').first()).toHaveAccessibleName('host.name');
  await page.reload();
  facets = await logs.facets();
  await expect(facets.getByRole('region').first()).toHaveAccessibleName('host.name');
  await expect(group('service.name')).toHaveCount(0);
  await facets.getByRole('button', { name: /^(?:1 hidden|숨긴)/ }).click();
  await facets.getByRole('button', { name: fill(words.showOf, 'service.name') }).click();
  await expect(group('service.name')).toBeVisible();
});

test('opens the statistics of a field, and acts on it', async ({ logs, page, texts }) => {
  const { facets: words, field } = texts.logs;
  await logs.open('?q=order_id:*');
  const facets = await logs.facets();
  await facets.getByRole('button', { name: fill(words.menu, 'host.name') }).click();
  await page.getByRole('menuitem', { name: words.stats }).click();
  await expect(page).toHaveURL(/field=host\.name/);
  const panel = page.getByRole('dialog').filter({ hasText: field.coverage });
  await expect(panel).toContainText('100%');
  await expect(panel).toContainText('360 / 360');
  await expect(panel).toContainText('≈ 3');
  await expect(panel.getByRole('listitem')).toHaveCount(3);
  await page.reload();
  await expect(panel).toContainText('≈ 3');
  await panel.getByRole('button', { name: field.group }).click();
  await expect(page).toHaveURL(/stats(?:%20|\+)by/);
  await expect(page.getByRole('button', { name: 'pay-edge-01' }).last()).toBeVisible();
});

test('shows the numbers of a numeric field @desktop', async ({ logs, page, texts }) => {
  await logs.open('?field=order_id');
  const panel = page.getByRole('dialog').filter({ hasText: texts.logs.field.coverage });
  await expect(panel).toContainText(texts.logs.field.type.number);
  await expect(panel).toContainText('10,000');
  await expect(panel).toContainText('10,359');
  await expect(panel).toContainText('p95');
  await panel.getByRole('button', { name: texts.logs.field.stack }).click();
  await expect(page).toHaveURL(/by=order_id/);
  await page.keyboard.press('Escape');
  await expect(page).not.toHaveURL(/field=/);
});
