import type { Page } from '@playwright/test';
import { expect, type Logs, now, test } from './console';

function histogram({ page, texts }: Logs) {
  return page.getByRole('region', { name: texts.logs.histogram.title });
}

/** A word that only this test's records have. */
function tagOf(name: string): string {
  const { workerIndex, project, repeatEachIndex } = test.info();
  return `${name}${workerIndex}x${repeatEachIndex}${project.name.replace(/\W/g, '')}`;
}

async function plot(page: Page) {
  const box = await page.locator('.u-over').first().boundingBox();
  if (!box) throw new Error('there is no histogram');
  return box;
}

test('stacks by a field that is chosen, and narrows by its legend @desktop', async ({
  logs,
  page,
  texts,
}) => {
  await logs.open();
  const chart = histogram(logs);
  await chart.getByRole('button', { name: `${texts.logs.histogram.by}: _severity` }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('host');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/by=host\.name/);
  const one = chart.getByRole('button', { name: 'pay-api-01' });
  await expect(one).toContainText('120');
  await page.reload();
  await expect(one).toContainText('120');
  await one.click();
  await expect(page).toHaveURL(/q=host\.name:%3D"pay-api-01"|q=host\.name:%3D%22pay-api-01%22/);
  await expect(chart.getByRole('button', { name: 'pay-api-02' })).toHaveCount(0);
});

test('compares with an earlier time and says the difference @desktop', async ({
  logs,
  page,
  texts,
}) => {
  const tag = tagOf('earlier');
  const day = now - 10 * 86_400_000;
  const at = (minutes: number) => ({
    _time: new Date(day - minutes * 60_000).toISOString(),
    _msg: tag,
    'host.name': 'compare',
  });
  await logs.server.send([at(5), at(10), at(15), at(65), at(70)]);
  const iso = (ms: number) => new Date(ms).toISOString().replace('.000', '');
  await logs.open(`?q=${tag}&from=${iso(day - 3_600_000)}&to=${iso(day)}`);
  await expect(logs.rows).toHaveCount(3);
  const chart = histogram(logs);
  await chart.getByRole('button', { name: texts.logs.histogram.compare }).click();
  await page.getByRole('menuitem').first().click();
  await expect(page).toHaveURL(/vs=1h/);
  await expect(chart.getByText('+50%')).toBeVisible();
  await page.reload();
  await expect(chart.getByText('+50%')).toBeVisible();
});

test('is walked, selected and zoomed by keyboard, and comes back @desktop', async ({
  logs,
  page,
}) => {
  await logs.open();
  await expect(logs.rows.first()).toContainText('orderId=10000');
  const bars = histogram(logs).getByRole('slider');
  await bars.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(bars).toHaveAttribute('aria-valuetext', /03:12:30 – 03:13:00 KST, .*\d/);
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect(bars).toHaveAttribute('aria-valuenow', '1');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/from=2024-11-19T17:13:00Z&to=2024-11-19T17:14:00Z/);
  await expect(logs.rows.first()).toContainText('02:13:5');
  await page.goBack();
  await expect(logs.rows.first()).toContainText('orderId=10000');
});

test('shows values at the pointer and narrows by a click on a part of a bar @desktop', async ({
  logs,
  page,
}) => {
  await logs.open('?q=level:%3Derror');
  await expect(logs.rows.first()).toBeVisible();
  const { x, y, width, height } = await plot(page);
  await page.mouse.move(x + width * 0.5, y + height - 4);
  await expect(
    histogram(logs)
      .getByText(/02:4\d:\d\d – 02:4\d:\d\d KST/)
      .last(),
  ).toBeVisible();
  // A minute has one error at most, so some bar near the middle is one.
  for (let i = 0; i < 8; i++) {
    await page.mouse.click(x + (width * (60.5 + i)) / 120, y + height - 4);
    await page.waitForTimeout(350);
    if (page.url().includes('_severity')) break;
  }
  await expect(page).toHaveURL(/_severity:%3D%22?error/);
});

test('has its numbers as a table, at the same height', async ({ logs, page, texts }) => {
  await logs.open();
  await expect(logs.rows.first()).toBeVisible();
  const chart = histogram(logs);
  const before = await chart.boundingBox();
  await chart.getByRole('button', { name: texts.logs.histogram.asTable }).click();
  await expect(chart.getByRole('row').nth(1)).toContainText('03:12:');
  expect((await chart.boundingBox())?.height).toBe(before?.height);
  await chart.getByRole('button', { name: texts.logs.histogram.asTable }).click();
  await expect(page.locator('.u-over').first()).toBeVisible();
});

test('stays in its place while lines flow in', async ({ logs, page }) => {
  const tag = tagOf('flow');
  // Days ago, so that no other test sees them.
  const line = (i: number) => ({
    _time: new Date(now - 5 * 86_400_000).toISOString(),
    _msg: `${tag} ${i}`,
    level: 'error',
    'host.name': 'flow',
  });
  await logs.server.send([line(0)]);
  await logs.open(`?q=${tag}&live=1&from=now-7d`);
  await expect(logs.rows.first()).toContainText(tag);
  const bars = histogram(logs).getByRole('slider');
  await bars.focus();
  await page.keyboard.press('Home');
  for (let i = 0; i < 120; i++) {
    if ((await bars.getAttribute('aria-valuetext'))?.includes('error')) break;
    await page.keyboard.press('ArrowRight');
  }
  await expect(bars).toHaveAttribute('aria-valuetext', /error 1$/);
  const bar = await bars.getAttribute('aria-valuenow');
  const before = await plot(page);
  await logs.server.send(Array.from({ length: 40 }, (_, i) => line(i + 1)));
  await expect(bars).toHaveAttribute('aria-valuetext', /error 41$/);
  await expect(bars).toHaveAttribute('aria-valuenow', bar ?? '');
  expect(await plot(page)).toEqual(before);
});
