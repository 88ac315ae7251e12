import { expect, recordRows, test } from './console';
import { type SentRecord, Server } from './server';

/** Lines with numbers of their own, at the present moment. */
function numbered(from: number, count: number): SentRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    _time: new Date().toISOString(),
    _msg: `line=${from + i}.`,
    'host.name': 'pay-live',
    'service.name': 'live',
  }));
}

const numbers = (texts: string[]) =>
  texts.map((text) => Number(/line=(\d+)\./.exec(text)?.[1] ?? Number.NaN)).sort((a, b) => a - b);

test('resumes after the server was killed, with no line twice and none missing @desktop', async ({
  page,
  texts,
}) => {
  const server = await Server.start();
  try {
    await page.clock.setFixedTime(new Date());
    await page.goto(`${server.url}/logs?live=1`);
    await expect(page.getByText(texts.logs.live.phase.open)).toBeVisible();
    const rows = recordRows(page);
    await server.send(numbered(0, 5));
    await expect(rows).toHaveCount(5);

    await server.kill();
    await expect(page.getByText(texts.logs.live.phase.waiting)).toBeVisible();
    await expect(rows).toHaveCount(5);
    await server.restart();
    // Lines that come before the page is back must not be missed.
    await server.send(numbered(5, 7));
    await expect(page.getByText(texts.logs.live.phase.open)).toBeVisible({ timeout: 30_000 });
    await server.send(numbered(12, 3));
    await expect(rows).toHaveCount(15);
    expect(numbers(await rows.allTextContents())).toEqual(Array.from({ length: 15 }, (_, i) => i));
  } finally {
    await server.stop();
  }
});

test('shows a sample of what no eye can follow, and says so @desktop', async ({ page, texts }) => {
  const server = await Server.start();
  try {
    await page.goto(`${server.url}/logs?live=1`);
    await expect(page.getByText(texts.logs.live.phase.open)).toBeVisible();
    const [before = '', after = ''] = texts.logs.live.sampled.split(/\{\{\w+\}\}.*\{\{\w+\}\}/);
    const said = page.getByText(new RegExp(`${before}.*\\d.*${after}`));
    await expect(async () => {
      await server.send(numbered(0, 3000));
      await expect(said).toBeVisible({ timeout: 900 });
    }).toPass({ timeout: 20_000 });

    // Reading below holds the list: the row under the eye keeps its place.
    const list = page.getByRole('treegrid');
    await expect(async () => {
      await server.send(numbered(0, 3000));
      await list.evaluate((element) => element.scrollTo({ top: 440 }));
      await expect(page.getByText(texts.logs.live.holds.away)).toBeVisible({ timeout: 900 });
    }).toPass({ timeout: 20_000 });
    const read = await list.evaluate((element) => {
      const { top } = element.getBoundingClientRect();
      return document.elementFromPoint(700, top + 11)?.closest('[role=row]')?.id;
    });
    await server.send(numbered(0, 3000));
    const held = page.getByRole('button', { name: /(?:new line|새 로그 .*줄)/ });
    await expect(held).toBeVisible();
    const still = await list.evaluate((element) => {
      const { top } = element.getBoundingClientRect();
      return document.elementFromPoint(700, top + 11)?.closest('[role=row]')?.id;
    });
    expect(still).toBe(read);
    // What is read below is a sample still when nothing more comes.
    const [, left = ''] = texts.logs.live.wasSampled_other.split('{{n}}');
    await expect(page.getByText(new RegExp(`\\d${left}`))).toBeVisible();
    await held.click();
    await expect(page.getByText(texts.logs.live.phase.open)).toBeVisible();
    expect(await list.evaluate((element) => element.scrollTop)).toBe(0);

    // The lines that were left out come once nothing flows in.
    const whole = page.waitForResponse(/\/api\/v1\/logs\/query/);
    await page.getByRole('button', { name: texts.logs.live.name, pressed: true }).click();
    await whole;
  } finally {
    await server.stop();
  }
});
