import type { Page } from '@playwright/test';
import { expect, now, test } from './console';

/** Lets the search for a word take for ever: its answer tells how far it has come, and nothing else. */
async function slow(page: Page, word: string): Promise<void> {
  await page.addInitScript((slowWord) => {
    const real = globalThis.fetch;
    globalThis.fetch = async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input, location.href);
      const asked = url.pathname.endsWith('/logs/query');
      if (!asked || url.searchParams.get('query') !== slowWord) return real(input, init);
      const progress = {
        segments_done: 47,
        segments_total: 214,
        bytes_read: 96_000_000,
        rows_matched: 0,
        elapsed_ms: 1200,
      };
      const body = new ReadableStream<Uint8Array>({
        start(stream) {
          stream.enqueue(new TextEncoder().encode(`${JSON.stringify({ progress })}\n`));
          init?.signal?.addEventListener('abort', () => stream.error(init.signal?.reason));
        },
      });
      return new Response(body, { headers: { 'Content-Type': 'application/x-ndjson' } });
    };
  }, word);
}

test('tells how far a long search has come; Esc cancels it, and it can be run again', async ({
  logs,
  page,
  texts,
}) => {
  const { cost } = texts.logs;
  await slow(page, 'orderId');
  // A window of the past does not move, so that only the refresh can ask again.
  await logs.open('?q=marker&from=2024-11-19T17:12:40Z&to=2024-11-19T18:12:40Z');
  await expect(logs.rows).toHaveCount(6);
  await logs.search('orderId');
  const said = cost.progress_other
    .replace('{{done}}', '47')
    .replace('{{total}}', '214')
    .replace('{{seconds}}', texts.unit.s.replace('{{n}}', '1.2'))
    .replace('{{read}}', '96 MB');
  await expect(page.getByText(said)).toBeVisible();
  const bar = page.getByRole('progressbar', { name: cost.reading });
  expect(Number(await bar.getAttribute('value'))).toBeCloseTo(47 / 214, 3);
  if (logs.phone) await page.getByRole('button', { name: cost.cancel }).tap();
  else await page.keyboard.press('Escape');

  await expect(bar).toBeHidden();
  await expect(page.getByText(cost.cancelledOld)).toBeAttached();
  await expect(logs.rows).toHaveCount(6);
  await page.clock.setFixedTime(now + 1000);
  await page.getByRole('button', { name: cost.again }).click();
  await expect(page.getByText(said)).toBeVisible();
  // Another question is answered, and the list is whole again.
  await logs.search('marker');
  await expect(page.getByRole('button', { name: cost.again })).toBeHidden();
  await expect(bar).toBeHidden();
  await expect(logs.rows).toHaveCount(6);
});

test('says that an answer is only a part, and why', async ({ logs, page, texts }) => {
  const reason = 'segment 0192-7 cannot be read';
  await page.route('**/api/v1/logs/query?*', async (route) => {
    const response = await route.fetch();
    const lines = (await response.text()).trim().split('\n');
    const last = JSON.parse(lines.pop() ?? '{}') as { stats: object };
    lines.push(JSON.stringify({ stats: { ...last.stats, partial: true, partial_reason: reason } }));
    await route.fulfill({ response, body: `${lines.join('\n')}\n` });
  });
  await logs.open('?q=marker');
  await expect(logs.rows).toHaveCount(6);
  await expect(page.getByText(texts.logs.cost.partial)).toBeVisible();
  await expect(page.getByText(reason)).toBeVisible({ visible: !logs.phone });
  await expect(page.getByTitle(reason)).toBeVisible();
});
