import { expect, test } from './console';

test('chooses, moves, resizes and removes columns, and keeps them in the URL @desktop', async ({
  logs,
  page,
  texts,
}) => {
  const { columns } = texts.logs;
  const head = (column: string) =>
    page.getByRole('button', { name: columns.menuOf.replace('{{column}}', column) });
  await logs.open();
  await page.getByRole('button', { name: columns.menu }).click();
  await page.getByRole('menuitem', { name: 'order_id' }).click();
  await expect(page).toHaveURL(/cols=_severity,host\.name,service\.name,order_id/);
  const cells = logs.rows.first().getByRole('gridcell');
  await expect(cells.nth(4)).toHaveText('10000');

  await head('order_id').focus();
  await page.keyboard.press('Shift+ArrowLeft');
  await expect(cells.nth(3)).toHaveText('10000');
  await head('order_id').dragTo(head(columns.host));
  await expect(page).toHaveURL(/cols=_severity,order_id,host\.name,service\.name/);

  const edge = page.getByRole('separator', {
    name: columns.widthOf.replace('{{column}}', 'order_id'),
  });
  const width = async () => (await cells.nth(2).boundingBox())?.width ?? 0;
  const before = await width();
  await edge.press('ArrowRight');
  await expect.poll(width).toBe(before + 10);
  const box = await edge.boundingBox();
  if (!box) throw new Error('the edge is not there');
  await page.mouse.move(box.x + 4, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + 64, box.y + 10, { steps: 4 });
  await page.mouse.up();
  await expect.poll(width).toBe(before + 70);

  await page.reload();
  await expect(cells.nth(2)).toHaveText('10000');
  await expect.poll(width).toBe(before + 70);
  await head('order_id').click();
  await page.getByRole('menuitem', { name: columns.remove }).click();
  await expect(page).not.toHaveURL(/cols=/);
  await expect(cells).toHaveCount(5);
});

test('wraps lines, makes rows higher, and shows the colours of a sender', async ({
  logs,
  page,
  texts,
}) => {
  const tag = `wrap${test.info().workerIndex}${test.info().project.name.replace(/\W/g, '')}`;
  const line = (_msg: string) => ({ _time: '2024-11-09T03:00:00Z', _msg, 'host.name': 'pay' });
  await logs.server.send([
    line(`${tag} \u001b[31mfailed\u001b[0m ${'결제 '.repeat(200)}`),
    line(`${tag} one\ntwo`),
  ]);
  await logs.open(`?q=${tag}&from=2024-11-09T00:00:00Z&to=2024-11-10T00:00:00Z`);
  const long = logs.rows.filter({ hasText: 'failed' });
  await expect(long).not.toContainText('[31m');
  await expect(long.locator('mark')).toHaveText(tag);
  await expect(logs.rows.filter({ hasText: 'one' })).toContainText('↵');
  const height = async () => (await long.boundingBox())?.height ?? 0;
  const before = await height();
  await page.getByRole('button', { name: texts.logs.columns.menu }).click();
  await page.getByRole('menuitem', { name: texts.logs.columns.wrap }).click();
  await expect(page).toHaveURL(/wrap=1/);
  await expect.poll(height).toBeGreaterThan(before + 50);
  await page.reload();
  await expect.poll(height).toBeGreaterThan(before + 50);
  const boxes = await Promise.all((await logs.rows.all()).map((row) => row.boundingBox()));
  expect(boxes[1]?.y).toBe((boxes[0]?.y ?? 0) + (boxes[0]?.height ?? 0));
});

test('opens a row to folded frames and typed fields, and adds a column', async ({
  logs,
  page,
  texts,
}) => {
  const tag = `trace${test.info().workerIndex}${test.info().project.name.replace(/\W/g, '')}`;
  const frames = Array.from({ length: 44 }, (_, i) => `\tat pay.Pool.take(Pool.java:${i})`);
  await logs.server.send([
    {
      _time: '2024-11-08T03:00:00Z',
      _msg: `${tag} pool is empty\n${frames.join('\n')}`,
      'host.name': 'pay',
      took: '12ms',
      body: '{"a":{"b":1}}',
    },
  ]);
  await logs.open(`?q=${tag}&from=2024-11-08T00:00:00Z&to=2024-11-09T00:00:00Z`);
  await logs.rows.first().click();
  const last = page.locator('pre').getByText('Pool.java:43');
  await expect(last).toHaveCount(0);
  await page.getByRole('button', { name: /^… 41/ }).click();
  await expect(last).toBeVisible();
  const field = (name: string) => page.locator(`[data-type][data-field="${name}"]`);
  await expect(field('body')).toContainText('"a": {');
  await expect(field('took')).toHaveAttribute('data-type', 'duration');
  // Its name, since the middle of the field is a button as soon as one is over it.
  const name = field('took').getByTitle('took', { exact: true });
  if (logs.phone) await name.tap();
  else await name.hover();
  const add = texts.logs.row.columnOf.replace('{{field}}', 'took');
  await page.getByRole('button', { name: add }).click();
  await expect(page).toHaveURL(/cols=.*took/);
  await expect(logs.rows.first().getByRole('gridcell').filter({ hasText: '12ms' })).toBeVisible();
});

test('shows the lines around a record, of its stream and of everything', async ({
  logs,
  page,
  texts,
}) => {
  const { around } = texts.logs;
  await logs.open('?q=marker');
  await logs.rows.first().click();
  const text = /orderId=\d+/.exec((await logs.rows.first().textContent()) ?? '')?.[0] ?? '';
  await page.getByRole('button', { name: texts.logs.row.surrounding }).click();
  await expect(page).toHaveURL(/around=/);
  const view = page.getByRole('region', { name: around.title });
  const marked = view.locator('[aria-selected=true]');
  await expect(marked).toContainText(text);
  await view.getByRole('radio', { name: around.all }).check();
  await expect(page).toHaveURL(/scope=all/);
  const next = `orderId=${Number(text.slice(8)) + 1}`;
  await expect(view.getByRole('row').filter({ hasText: next })).toBeVisible();
  await page.reload();
  await expect(marked).toContainText(text);
  await view.getByRole('button', { name: around.back }).click();
  await expect(page).not.toHaveURL(/around=/);
  await expect(logs.rows.first()).toContainText(text);
});
