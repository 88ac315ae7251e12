import type { Logs } from './console';
import { expect, test } from './console';

const day = '2024-11-07';
const window = `from=${day}T00:00:00Z&to=${day}T23:00:00Z`;

test('leads to one record for good by its link @desktop', async ({
  logs,
  page,
  context,
  texts,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await logs.open('?q=marker');
  await logs.rows.nth(2).click();
  const text = /orderId=\d+/.exec((await logs.rows.nth(2).textContent()) ?? '')?.[0] ?? 'none';
  await page.getByRole('button', { name: texts.logs.row.link }).click();
  await expect(page.getByRole('button', { name: texts.copy.done })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.clock.setFixedTime('2025-01-01T00:00:00Z'); // whatever "the last hour" is by then
  await page.goto(link);
  await expect(logs.rows).toHaveCount(1);
  await expect(logs.rows).toContainText(text);
  await expect(logs.rows).toHaveAttribute('aria-expanded', 'true');
});

test('says that the record of a link is not there', async ({ logs, page, texts }) => {
  const { rowGone } = texts.logs;
  const gone = page.getByRole('alert').filter({ hasText: rowGone.title });
  const id = 'a1b2c3d4-logs-0-999999';
  await logs.open(`?q=_record_id:=%22${id}%22&row=${id}`);
  await expect(gone).toBeVisible();
  await logs.open(`?q=marker&row=${id}`);
  await expect(logs.rows).toHaveCount(6);
  await expect(gone).toBeVisible();
  await gone.getByRole('button', { name: rowGone.close }).click();
  await expect(gone).toBeHidden();
  await expect(page).not.toHaveURL(/row=/);
});

test('shows JSON over lines, and as it was sent', async ({ logs, page, texts }) => {
  const sent = '[{"paid":1},{"paid":2}]';
  await logs.server.send([{ _time: `${day}T03:00:00Z`, _msg: sent, 'host.name': 'json' }]);
  await logs.open(`?q=host.name:=json&${window}`);
  await logs.rows.first().click();
  const message = page.locator('pre').filter({ hasText: 'paid' });
  await expect(message).toContainText('"paid": 1');
  const raw = page.getByRole('button', { name: texts.logs.row.raw });
  await raw.click();
  await expect(message).toHaveText(sent);
  await raw.click();
  await expect(message).toContainText('"paid": 1');
});

test('shows what surrounds a record in its stream, its host and everywhere', async ({
  logs,
  page,
  texts,
}) => {
  const { around } = texts.logs;
  const line = (host: string, service: string, second: number) => ({
    _time: `${day}T05:00:0${second}Z`,
    _msg: `${host} ${service}`,
    'host.name': host,
    'service.name': service,
  });
  await logs.server.send([
    line('db-1', 'postgres', 1),
    line('db-1', 'postgres', 2),
    line('db-1', 'backup', 3),
    line('db-2', 'postgres', 4),
  ]);
  await logs.open(`?q=host.name:=db-1 service.name:=postgres&${window}`);
  await expect(logs.rows).toHaveCount(2);
  await logs.rows.first().click();
  await page.getByRole('button', { name: texts.logs.row.surrounding }).click();
  const view = page.getByRole('region', { name: around.title });
  const scope = (name: string) => view.getByRole('radio', { name }).check();
  await expectLines(logs, ['db-1 postgres', 'db-1 postgres']);
  await scope(around.host);
  await expect(page).toHaveURL(/scope=host/);
  await expectLines(logs, ['db-1 backup', 'db-1 postgres', 'db-1 postgres']);
  await page.reload();
  await expectLines(logs, ['db-1 backup', 'db-1 postgres', 'db-1 postgres']);
  await scope(around.all);
  await expectLines(logs, ['db-2 postgres', 'db-1 backup', 'db-1 postgres', 'db-1 postgres']);
});

/** Waits until the surrounding lines that this file has sent are these, newest first. */
async function expectLines({ page, texts }: Logs, messages: string[]): Promise<void> {
  const view = page.getByRole('region', { name: texts.logs.around.title });
  const rows = view.getByRole('row').filter({ hasText: /db-\d \w+/ });
  await expect(rows).toContainText(messages);
  await expect(rows).toHaveCount(messages.length);
}
