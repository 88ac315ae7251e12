import type { Page } from '@playwright/test';
import { expect, test } from './console';

async function sideways(page: Page): Promise<number> {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

test('says how far one process is behind, and how to share the work', async ({
  page,
  server,
  texts,
}) => {
  const { pipeline } = texts;
  await page.goto(`${server.url}/pipeline`);
  await expect(page.getByRole('region', { name: pipeline.verdict.label })).toContainText(/10/);
  await expect(page.getByRole('region', { name: pipeline.flow.label })).toContainText(
    pipeline.flow.wal,
  );
  await expect(
    page.getByRole('img', { name: new RegExp(`^${pipeline.charts.behind}`) }),
  ).toBeVisible();
  const table = page.getByRole('region', { name: pipeline.one.title, exact: true });
  await expect(table.getByRole('link').first()).toBeVisible();
  await expect(page.getByRole('link', { name: pipeline.one.how })).toHaveAttribute(
    'href',
    /kafka\.md/,
  );
  for (const name of [pipeline.brokers.title, pipeline.topics.title, pipeline.timeline.title]) {
    await expect(page.getByRole('region', { name, exact: true })).toHaveCount(0);
  }
  expect(await sideways(page)).toBe(0);
});

test('opens a partition by keyboard, at an address of its own @desktop', async ({
  page,
  server,
  texts,
}) => {
  const { partition } = texts.pipeline;
  await page.goto(`${server.url}/logs`);
  await page.locator('.cm-content').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('body').press('g');
  await page.locator('body').press('k');
  await expect(page).toHaveURL(/\/pipeline/);
  await expect(page.locator('[data-row]').first()).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  const detail = page.getByRole('dialog', { name: partition.title.replace('{{n}}', '0') });
  await expect(detail).toContainText(partition.stored);
  await expect(page).toHaveURL(/partition=0/);
  await page.reload();
  await expect(detail).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(detail).toHaveCount(0);
  await page.goto(`${server.url}/pipeline?partition=77`);
  await expect(page.getByText(partition.none.replace('{{n}}', '77'))).toBeVisible();
});

test('keeps what it has when the server fails, with its age @desktop', async ({
  page,
  server,
  texts,
}) => {
  const { pipeline, connection } = texts;
  let broken = false;
  await page.route('**/api/v1/pipeline', (route) =>
    broken
      ? route.fulfill({ status: 500, json: { code: 'internal', title: 'failed', status: 500 } })
      : route.continue(),
  );
  await page.goto(`${server.url}/pipeline`);
  const verdict = page.getByRole('region', { name: pipeline.verdict.label });
  await expect(verdict).toHaveCSS('filter', 'none');
  broken = true;
  await expect(page.getByRole('alert')).toContainText(pipeline.failed);
  const [before = '', after = ''] = connection.age.split('{{n}}');
  await expect(page.getByText(new RegExp(`^${before}[1-9]\\d*${after}$`))).toBeVisible();
  await expect(verdict).toHaveCSS('filter', 'grayscale(1)');
  broken = false;
  await expect(page.getByText(pipeline.failed)).toHaveCount(0);
  await expect(verdict).toHaveCSS('filter', 'none');
});

test('says once that the brokers are away, and what it does not know @desktop', async ({
  logs,
  page,
  texts,
}) => {
  // Only the answers are ours: this server's queue has no brokers.
  const raw = 'dial tcp 127.0.0.1:9092: connect: connection refused';
  const answer = (path: string, own: (json: Record<string, object>) => object) =>
    page.route(path, async (route) => {
      const response = await route.fetch();
      const json = await response.json();
      await route.fulfill({ response, json: { ...json, ...own(json) } });
    });
  await answer('**/api/v1/status', () => ({ problems: [`queue.brokers: ${raw}`] }));
  await answer('**/api/v1/pipeline', ({ flow, verdict }) => ({
    type: 'kafka',
    problem: raw,
    flow: { ...flow, behind_records: null, behind_millis: null },
    verdict: { ...verdict, state: 'critical', code: 'brokers_away' },
  }));
  const { pipeline, notices, pages } = texts;
  await logs.open();
  const strip = page.getByRole('region', { name: notices.label });
  await expect(strip).toContainText(notices.title.brokersAway);
  await page.getByRole('link', { name: pages.pipeline }).click();
  const verdict = page.getByRole('region', { name: pipeline.verdict.label });
  await expect(verdict).toContainText(pipeline.verdict.brokersAway);
  await expect(strip).toHaveCount(0);
  await expect(page.getByRole('region', { name: pipeline.flow.label })).toContainText('–');
  await expect(verdict.getByText(raw)).toBeHidden();
  await verdict.getByText(pipeline.verdict.raw).click();
  await expect(verdict.getByText(raw)).toBeVisible();
});
