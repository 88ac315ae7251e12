import { readFileSync } from 'node:fs';
import { expect, now, test } from './console';

test('exports what the list shows as CSV and says how it went', async ({ logs, page, texts }) => {
  const words = texts.logs.export;
  // A sender that has other names for its host and service.
  const time = '2024-11-19T18:12:38Z';
  await logs.server.send([{ _time: time, _msg: '별명', hostname: 'old-01', app: 'ledger' }]);
  await logs.open('?q=marker or 별명&panel=export');
  await expect(logs.rows.first()).toContainText('old-01');
  const panel = page.getByRole('dialog', { name: words.title });
  await expect(panel).toContainText('marker');
  const coming = page.waitForEvent('download');
  await panel.getByRole('button', { name: words.start }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
  const lines = readFileSync(await download.path(), 'utf8')
    .trimEnd()
    .split(/\r?\n/);
  expect(lines[0]).toBe('\ufeff_time,_severity,host.name,service.name,_msg');
  expect(lines).toHaveLength(8);
  expect(lines[1]).toBe(`${time},,old-01,ledger,별명`);
  expect(lines.slice(2).every((line) => line.includes('marker'))).toBe(true);
  await expect(page.getByText(words.state.done)).toBeVisible();
  await page.getByRole('button', { name: words.dismiss }).click();
  await expect(page.getByText(words.state.done)).toBeHidden();
});

test('cancels an export that takes long @desktop', async ({ logs, page, texts }) => {
  const words = texts.logs.export;
  const count = 6000; // of 10 kB: more than the buffers of a connection take
  const long = 'x'.repeat(10_000);
  const time = now - 20 * 86_400_000;
  await logs.server.send(
    Array.from({ length: count }, (_, i) => ({
      _time: new Date(time - i).toISOString(),
      _msg: `bulk ${i} ${long}`,
    })),
  );
  // In the browser's place somebody downloads it who reads nothing for now: the server waits.
  let answer: Promise<Response> | undefined;
  await page.exposeFunction('download', (url: string) => {
    answer = fetch(url);
  });
  await page.addInitScript(() => {
    HTMLAnchorElement.prototype.click = function () {
      (window as unknown as { download: (url: string) => void }).download(this.href);
    };
  });
  await logs.open('?q=bulk&from=now-30d&panel=export');
  await page.getByRole('button', { name: words.start }).click();
  const cancelled = page.waitForResponse(/\/api\/v1\/queries\/export-/);
  await page.getByRole('button', { name: words.cancel }).click();
  await cancelled;
  const taken = await (await answer)?.text().catch(() => 'cut off');
  expect(taken?.split('\n').length).toBeLessThan(count);
  await expect(page.getByText(words.state.cancelled)).toBeVisible();
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
