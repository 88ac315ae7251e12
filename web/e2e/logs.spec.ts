import { expect, now, test } from './console';

test('finds what is searched, newest first, and keeps it in the URL', async ({ logs, page }) => {
  await logs.open();
  await expect(logs.rows.first()).toContainText('orderId=10000');
  await expect(logs.rows.first()).toContainText('03:12:39.000');
  await logs.search('"orderId=10017"');
  await expect(logs.rows).toHaveCount(1);
  await expect(logs.rows.first()).toContainText('took=17ms');
  await expect(logs.rows.first().locator('mark')).toHaveText('orderId=10017');
  await page.reload();
  await expect(logs.rows).toHaveCount(1);
  await page.goBack();
  await expect(logs.rows.first()).toContainText('orderId=10000');
});

test('goes to the query line by key and searches by Enter @desktop', async ({ logs, page }) => {
  await logs.open();
  await expect(logs.rows.first()).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('marker');
  await page.keyboard.press('Enter');
  await expect(logs.rows).toHaveCount(6);
});

test('walks, opens, narrows and closes by keys @desktop', async ({ logs, page }) => {
  await logs.open();
  await expect(logs.rows.first()).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await expect(logs.rows.first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(logs.rows.first()).toHaveAttribute('aria-expanded', 'true');
  await page.getByRole('treegrid').locator('[data-field="order_id"]').hover();
  await page.keyboard.press('o');
  await expect(logs.rows).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/row=/);
  await page.keyboard.press('Escape');
  await expect(page).not.toHaveURL(/row=/);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
});

test('underlines a wrong query, keeps the last answer, and mends it', async ({
  logs,
  page,
  texts,
}) => {
  await logs.open('?q=marker');
  await expect(logs.rows).toHaveCount(6);
  await logs.search('marker | lmit 2');
  await expect(page.getByRole('alert')).toContainText(texts.problem.kind.unknown_pipe);
  await expect(page.locator('.ql-wrong')).toHaveText('lmit');
  await expect(logs.rows).toHaveCount(6);
  await page.getByRole('alert').getByRole('button', { name: 'limit' }).click();
  await expect(logs.rows).toHaveCount(2);
  await expect(page).toHaveURL(/q=marker(?:%20|\+)\|(?:%20|\+)limit(?:%20|\+)2/);
});

test('keeps the counts and facets of the last answer, dimmed, while a query is wrong', async ({
  logs,
  page,
  texts,
}) => {
  await logs.open('?q=marker');
  const histogram = page.getByRole('region', { name: texts.logs.histogram.title });
  const chart = histogram.getByRole('slider');
  await expect(chart).toHaveAccessibleName(/\b6\b/);
  await logs.search('marker | lmit 2');
  await expect(page.getByRole('alert')).toBeVisible();
  await logs.search('("marker');
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(histogram).toHaveAttribute('data-old', 'true');
  await expect(chart).toHaveAccessibleName(/\b6\b/);
  const facets = await logs.facets();
  await expect(facets).toHaveAttribute('data-old', 'true');
  await expect(facets.getByRole('button', { name: /^pay-api-01/ })).toContainText('2');
  if (logs.phone) await page.keyboard.press('Escape');
  await logs.search('order_id:*');
  await expect(histogram).not.toHaveAttribute('data-old');
  await expect(chart).toHaveAccessibleName(/\b360\b/);
});

test('goes to the saved queries and back to the same question by tabs', async ({
  logs,
  page,
  texts,
}) => {
  await logs.open('?q=marker&vs=1d&row=gone');
  const { sections } = texts.logs;
  const tabs = page.getByRole('navigation', { name: sections.label });
  await tabs.getByRole('link', { name: sections.saved }).click();
  await expect(page.getByRole('region', { name: texts.logs.saved.title })).toBeVisible();
  await expect(logs.rows).toHaveCount(0);
  await page.reload();
  await expect(tabs.locator('[aria-current="page"]')).toContainText(sections.saved);
  await tabs.getByRole('link', { name: sections.explore }).click();
  await expect(page).toHaveURL(/q=marker&vs=1d$|vs=1d&q=marker$/);
  await expect(logs.rows).toHaveCount(6);
});

test('cuts nothing off beside an open panel', async ({ logs, page, texts }) => {
  await logs.open('?panel=history&vs=1d');
  await expect(logs.rows.first()).toBeVisible();
  const histogram = page.getByRole('region', { name: texts.logs.histogram.title });
  await expect(histogram.getByRole('slider')).toBeVisible();
  const cut = await page.evaluate(() => {
    const isCut = (element: Element) => {
      const { width, right } = element.getBoundingClientRect();
      for (let frame = element.parentElement; frame && width > 0; frame = frame.parentElement) {
        const clips = getComputedStyle(frame).overflowX !== 'visible';
        if (clips && right > frame.getBoundingClientRect().right + 1) return true;
      }
      return false;
    };
    return [...document.querySelectorAll('main :is(button, a)')]
      .filter(isCut)
      .map(({ textContent }) => textContent);
  });
  expect(cut).toEqual([]);
});

test('zooms by a drag over the histogram and comes back @desktop', async ({ logs, page }) => {
  await logs.open();
  await expect(logs.rows.first()).toContainText('orderId=10000');
  const plot = await page.locator('.u-over').boundingBox();
  if (!plot) throw new Error('there is no histogram');
  const y = plot.y + plot.height / 2;
  await page.mouse.move(plot.x + plot.width * 0.25, y);
  await page.mouse.down();
  await page.mouse.move(plot.x + plot.width * 0.5, y, { steps: 5 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=2024-11-19T17:2\d/);
  // The newest row of the zoomed range is from half of the hour.
  await expect(logs.rows.first()).toContainText('02:42:3');
  await page.goBack();
  await expect(logs.rows.first()).toContainText('orderId=10000');
});

test('narrows down by a click on a value, and takes it back', async ({ logs, page }) => {
  await logs.open();
  await expect(logs.rows.first()).toContainText('pay-api-01');
  let facets = await logs.facets();
  await facets.getByRole('button', { name: /^pay-edge-01/ }).click();
  await expect(page).toHaveURL(/q=host\.name:%3D%22pay-edge-01%22/);
  if (logs.phone) await page.keyboard.press('Escape');
  await expect(logs.rows.first()).toContainText('pay-edge-01');
  await expect(page.getByRole('status').first()).toContainText('120');
  facets = await logs.facets();
  const pressed = facets.getByRole('button', { name: /^pay-edge-01/ });
  await expect(pressed).toHaveAttribute('aria-pressed', 'true');
  await pressed.click();
  await expect(page).not.toHaveURL(/q=/);
});

test('opens a row to its fields and excludes a value', async ({ logs, page, texts }) => {
  await logs.open('?q=marker');
  await logs.rows.first().click();
  await expect(page).toHaveURL(/row=/);
  const field = page.locator('[data-field="service.name"][data-value]').last();
  await expect(field).toContainText('payment-api');
  if (logs.phone) await field.tap();
  else await field.hover();
  await field
    .getByRole('button', { name: /payment-api/ })
    .nth(1)
    .click();
  await expect(page).toHaveURL(/-service\.name:%3D/);
  await expect(logs.rows.filter({ hasText: 'payment-api' })).toHaveCount(0);
  await expect(logs.rows).toHaveCount(1);
  await expect(logs.rows.first()).toContainText('orderId=10072');
  // A phone's rows do not show the service.
  if (!logs.phone) await expect(logs.rows.first()).toContainText('nginx-edge');
  await expect(page.getByText(texts.logs.end.all)).toBeVisible();
});

test('gives the room of empty columns to the others', async ({ logs, page }) => {
  const tag = `plain${test.info().workerIndex}${test.info().project.name.replace(/\W/g, '')}`;
  const line = { _time: '2024-11-10T03:00:00Z', _msg: `${tag} up`, 'host.name': 'pay-api-01' };
  await logs.server.send([line]);
  await logs.open(`?q=${tag}&from=2024-11-10T00:00:00Z&to=2024-11-11T00:00:00Z`);
  const cells = logs.rows.first().locator('[role=gridcell]');
  await expect(cells).toHaveText([/12:00:00\.000$/, 'pay-api-01', `${tag} up`]);
  await logs.server.send([{ ...line, level: 'warn', 'service.name': 'batch' }]);
  await page.reload();
  await expect(logs.rows).toHaveCount(2);
  await expect(cells).toHaveCount(logs.phone ? 4 : 5);
  await expect(logs.rows.getByText('WARN')).toBeVisible();
});

test('reads older lines while scrolling, each once', async ({ logs, page }) => {
  // Other tests on this server send lines of their own into the hour.
  await logs.open('?q=took&from=2024-11-19T17:12:40Z&to=2024-11-19T18:12:40Z');
  const list = page.getByRole('treegrid');
  await expect(logs.rows.first()).toBeVisible();
  await expect(async () => {
    await list.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
    await expect(logs.rows.last()).toContainText('orderId=10359', { timeout: 500 });
  }).toPass();
  await expect(logs.rows.last()).toHaveAttribute('aria-rowindex', '360');
});

test('follows new lines, holds them while a row is open, and lets them go', async ({
  logs,
  page,
  texts,
}) => {
  const line = (text: string) => ({
    _time: new Date(now).toISOString(),
    _msg: text,
    level: 'error',
    'host.name': 'pay-live',
    'service.name': 'live',
  });
  const tag = `live${test.info().workerIndex}${test.info().project.name.replace(/\W/g, '')}`;
  await logs.open(`?q=${tag}`);
  await page.getByRole('button', { name: texts.logs.live.name }).click();
  await expect(page).toHaveURL(/live=1/);
  await expect(page.getByText(texts.logs.live.phase.open)).toBeVisible();
  await logs.server.send([line(`${tag} first`)]);
  await expect(logs.rows.first()).toContainText('03:12:40.000');
  await expect(logs.rows.first()).toContainText('first');

  await logs.rows.first().click();
  await expect(page.getByText(texts.logs.live.holds.open)).toBeVisible();
  await logs.server.send([line(`${tag} second`)]);
  const held = page.getByRole('button', { name: /^(?:1 new line|새 로그 1줄)/ });
  await expect(held).toBeVisible();
  await expect(logs.rows).toHaveCount(1);
  await held.click();
  await expect(logs.rows).toHaveCount(2);
  await expect(logs.rows.first()).toContainText('second');
});

test('connects a live tail again that was cut off @desktop', async ({ logs, page, texts }) => {
  await page.route('**/api/v1/logs/tail*', (route) => route.abort());
  await logs.open('?live=1');
  await expect(page.getByText(texts.logs.live.phase.waiting)).toBeVisible();
  await page.unroute('**/api/v1/logs/tail*');
  await expect(page.getByText(texts.logs.live.phase.open)).toBeVisible();
});

test('says what to do when there is nothing', async ({ logs, page, texts }) => {
  await logs.open('?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z');
  await expect(page.getByText('logger -n 127.0.0.1 -P 5514 --udp hello')).toBeVisible();
  await page.getByRole('button', { name: texts.logs.empty.month }).click();
  await expect(logs.rows.first()).toContainText('orderId=10000');
});

test('shows the answer of pipes as a table', async ({ logs, page }) => {
  await logs.open(
    '?q=*%20|%20stats%20by%20(host.name)%20count()%20n%20|%20sort%20by%20(host.name)&view=table',
  );
  const cells = page.getByRole('table').getByRole('cell');
  await expect(cells.first()).toHaveText('pay-api-01');
  await expect(cells.nth(1)).toHaveText(/^\d+$/);
});
