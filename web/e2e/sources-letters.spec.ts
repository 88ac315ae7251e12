import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, now, test } from './console';
import { Server } from './server';

const root = join(import.meta.dirname, '..', '..');

test('reads dead letters whole and replays them, each once', async ({ page, texts }) => {
  test.slow(); // a Go program is built
  const { letters, tabs } = texts.sources;
  const folder = mkdtempSync(join(tmpdir(), 'haetae-letters-'));
  // No sender can make a dead letter: these are put into the queue.
  const put = ['run', './test/letters/put', '-data', folder, '-n', '3'];
  await promisify(execFile)('go', put, { cwd: root });
  const server = await Server.start({ settings: [`data=${folder}`] });
  const range = `from=${new Date(Date.now() - 3_600_000).toISOString()}&to=${new Date(Date.now() + 3_600_000).toISOString()}`;
  try {
    await page.clock.setFixedTime(now);
    await page.goto(`${server.url}/sources?tab=letters&${range}`);
    const rows = page.getByRole('table', { name: tabs.letters }).locator('tbody tr');
    await expect(rows).toHaveCount(3);
    await expect(rows.first()).toContainText('a step failed');

    // One opens beside the list, and again after a reload.
    await rows.first().getByRole('link').click();
    const panel = page.getByRole('dialog', { name: letters.one });
    await expect(panel).toContainText('Failed password for root from 192.0.2.0');
    await expect(panel).toContainText('deadletter.reason');
    await page.reload();
    await expect(panel).toContainText('Failed password for root from 192.0.2.0');
    await panel.getByRole('link', { name: letters.try }).click();
    await expect(page.getByLabel(texts.sources.try.line)).toHaveValue(/^Failed password/);
    await page.goBack();
    await page.getByRole('button', { name: texts.shell.close }).click();

    // The chosen one, then all: the first is not replayed again.
    const replay = (label: string, n: number) =>
      page.getByRole('button', { name: label.replace('{{n}}', String(n)) }).click();
    const said = (replayed: number, skipped: number) =>
      letters.result
        .replace('{{replayed}}', String(replayed))
        .replace('{{skipped}}', String(skipped))
        .replace('{{failed}}', '0');
    await rows.first().getByRole('checkbox').check();
    await replay(letters.replayChosen, 1);
    await expect(page.getByText(said(1, 0))).toBeVisible();
    await replay(letters.replayAll, 3);
    await expect(page.getByText(said(2, 1))).toBeVisible();

    await page.goto(`${server.url}/logs?q="Failed password"&${range}`);
    await expect(page.getByRole('treegrid').getByText('Failed password').first()).toBeVisible();
    const answer = await fetch(
      `${server.url}/select/logsql/query?query=${encodeURIComponent('"Failed password" | stats count() as n')}`,
    );
    expect(await answer.json()).toEqual({ n: '3' });
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
