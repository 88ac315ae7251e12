import type { Locator } from '@playwright/test';
import { expect, now, test } from './console';

/** Lines as sshd writes them, of the last hour: three addresses fail, one of them most often. */
function sshd() {
  return Array.from({ length: 60 }, (_, i) => {
    const failed = i % 2 === 0;
    const address = `203.0.113.${i % 12 === 0 ? 9 : i % 4 === 0 ? 8 : 7}`;
    return {
      _time: new Date(now - 1000 - i * 55_000).toISOString(),
      _msg: failed
        ? `error: PAM: Authentication failure for root from ${address}`
        : `Accepted publickey for deploy from ${address} port ${50_000 + i} ssh2`,
      level: failed ? 'error' : 'info',
      'host.name': 'bastion-01',
      'service.name': 'sshd',
    };
  });
}

test('a new user asks for the errors of sshd by address, as a chart, in at most 12 clicks', async ({
  logs,
  page,
  texts,
}) => {
  const { builder, query, stats } = texts.logs;
  await logs.server.send(sshd());
  let clicks = 0;
  const click = async (target: Locator) => {
    if (logs.phone) await target.tap();
    else await target.click();
    clicks++;
  };
  await page.goto(logs.server.url);
  await expect(page.locator('.cm-content')).toBeVisible();

  await click(page.getByRole('button', { name: query.build }));
  const panel = page.getByRole('region', { name: builder.title });
  const condition = panel.getByRole('button', { name: builder.addTerm, exact: true });
  await click(condition);
  await click(page.getByRole('option', { name: /^service\.name/ }));
  await click(page.getByRole('option', { name: /^sshd/ }));
  await click(condition);
  await click(page.getByRole('option', { name: /^_severity/ }));
  await click(page.getByRole('option', { name: /^error/ }));
  await click(panel.getByRole('button', { name: builder.addGroup, exact: true }));
  await click(page.getByRole('option', { name: builder.extract.msg_address }));
  await expect(page).toHaveURL(/top(?:%20|\+)10(?:%20|\+)by/);
  const chart = page.getByRole('radio', { name: stats.chart });
  if (!(await chart.isChecked())) await click(page.getByText(stats.chart, { exact: true }));
  await expect(chart).toBeChecked();
  // The most frequent address stands first, with its count.
  const bar = page.getByRole('main').getByText('203.0.113.7').first();
  await expect(bar).toBeVisible();
  expect(clicks).toBeLessThanOrEqual(12);

  // The text says the same to somebody who knows the language.
  await expect(logs.query).toContainText('service.name:="sshd" _severity:="error"');
  await page.reload();
  await expect(chart).toBeChecked();
  await expect(bar).toBeVisible();
});
