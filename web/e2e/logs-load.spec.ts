import { expect, recordRows, test } from './console';
import { fill, flow, heap, watchTasks } from './load';
import { Server } from './server';

const soak = Number(process.env.HAETAE_SOAK_SECONDS ?? 20);
const rowsOfAnswer = 1_000_000;
const megabyte = 1 << 20;
const megabytes = (bytes: number) => `${(bytes / megabyte).toFixed(1)} MB`;

test('scrolls a million rows from end to end @load', async ({ page }) => {
  test.setTimeout(600_000);
  const server = await Server.start();
  try {
    const end = Date.now() - 1000;
    await fill(server, rowsOfAnswer, end);
    const from = new Date(end - rowsOfAnswer).toISOString();
    await page.goto(`${server.url}/logs?from=${from}&to=${new Date(end + 1).toISOString()}`);
    const list = page.getByRole('treegrid');
    const rows = recordRows(page);
    await expect(rows.first()).toContainText(`line=${rowsOfAnswer - 1}.`);
    const tasks = await watchTasks(page);
    const before = await heap(page);

    // By hand through the window, down and up: every row once, in order.
    const walk = await list.evaluate(async (element) => {
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      const shown = () =>
        [...element.querySelectorAll('[role=row][aria-rowindex]')].map((row) =>
          Number(/line=(\d+)\./.exec(row.textContent ?? '')?.[1]),
        );
      let lowest = Math.min(...shown());
      const gaps: string[] = [];
      let most = 0;
      const target = lowest - 15_000; // three times what the page holds
      const stop = Date.now() + 120_000;
      while (lowest > target && Date.now() < stop) {
        element.scrollBy({ top: element.clientHeight });
        // What is drawn follows the scroll by a frame or two, and a page may have to come first.
        for (let i = 0; i < 300 && Math.min(...shown()) === lowest; i++) await frame();
        const now = shown().sort((a, b) => b - a);
        most = Math.max(most, now.length);
        for (const [i, n] of now.entries()) {
          if (i > 0 && n !== (now[i - 1] ?? 0) - 1) gaps.push(`${n} behind ${now[i - 1]}`);
        }
        if ((now[0] ?? 0) < lowest - 1) gaps.push(`${now[0]} after ${lowest}`);
        lowest = Math.min(lowest, ...now);
      }
      return { lowest, gaps, most, target };
    });
    expect(walk.lowest).toBeLessThanOrEqual(walk.target);
    expect(walk.gaps, 'rows missed or out of order').toEqual([]);
    expect(walk.most, 'rows drawn at a time').toBeLessThan(150);

    // By the bar: its places are moments.
    const bar = page.getByRole('scrollbar');
    const box = await bar.boundingBox();
    if (!box) throw new Error('there is no scroll bar');
    for (const part of [0.2, 0.4, 0.6, 0.8]) {
      await page.mouse.move(box.x + 6, box.y + box.height * part);
      await page.mouse.down();
      await page.mouse.up();
      const about = (1 - part) * rowsOfAnswer;
      await expect(async () => {
        const text = await rows.first().textContent({ timeout: 1000 });
        const n = Number(/line=(\d+)\./.exec(text ?? '')?.[1]);
        expect(Math.abs(n - about)).toBeLessThan(0.05 * rowsOfAnswer);
      }).toPass({ timeout: 15_000 });
    }
    await expect(page).toHaveURL(/at=/);
    await bar.press('End');
    await expect(rows.filter({ hasText: /line=0\./ })).toBeVisible();
    const oldest = end - rowsOfAnswer + 1000;
    const place = () => Date.parse(new URL(page.url()).searchParams.get('at') ?? '');
    await expect.poll(place).toBeLessThan(oldest);
    const { n, longest } = await tasks();
    await page.reload();
    await expect(rows.filter({ hasText: /line=\d{1,3}\./ }).first()).toBeVisible();
    await bar.press('Home');
    await expect(rows.first()).toContainText(`line=${rowsOfAnswer - 1}.`);
    await expect(page).not.toHaveURL(/at=/);

    const after = await heap(page);
    // biome-ignore lint/suspicious/noConsole: the figures are what the run is for
    console.log(
      `a million rows: heap ${megabytes(before)} then ${megabytes(after)}; long tasks ${n}, longest ${longest} ms`,
    );
    expect(after - before, 'growth of the heap').toBeLessThan(40 * megabyte);
  } finally {
    await server.stop();
  }
});

test(`stays flat while 20,000 rows flow in each second @load`, async ({ page, texts }) => {
  test.setTimeout((soak + 120) * 1000);
  const server = await Server.start();
  try {
    await page.goto(`${server.url}/logs?live=1`);
    await expect(page.getByText(texts.logs.live.phase.open)).toBeVisible();
    const tasks = await watchTasks(page);
    // The list fills up to its bound first.
    await flow(server, 20_000, Math.min(10, soak));
    const before = await heap(page);
    const sent = await flow(server, 20_000, soak);
    const after = await heap(page);
    const { n, longest } = await tasks();
    // biome-ignore lint/suspicious/noConsole: the figures are what the run is for
    console.log(
      `tail of ${sent} rows in ${soak} s: heap ${megabytes(before)} then ${megabytes(after)}; long tasks ${n}, longest ${longest} ms`,
    );
    expect(after - before, 'growth of the heap').toBeLessThan(30 * megabyte);
    const drawn = await recordRows(page).count();
    expect(drawn).toBeLessThan(150);
  } finally {
    await server.stop();
  }
});
