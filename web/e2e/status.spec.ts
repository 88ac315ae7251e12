import { expect, now, test } from './console';
import { Server } from './server';

test('says what the kernel refuses and drops, and how to mend it', async ({ page, texts }) => {
  test.skip(process.platform !== 'linux', 'no other kernel says what it drops');
  const server = await Server.start({
    settings: ['inputs.syslog.socket_buffer=1GiB'],
    bounded: true,
  });
  try {
    await page.clock.setFixedTime(now);
    await page.goto(`${server.url}/logs`);
    const strip = page.getByRole('region', { name: texts.notices.label });
    await expect(strip).toContainText(/(?: of 1GiB|1GiB 중 )/);
    const { height } = (await strip.boundingBox()) ?? { height: 0 };
    await strip.getByRole('button', { name: texts.notices.details }).click();
    const command = strip.getByText('sysctl -w net.core.rmem_max=1073741824', { exact: true });
    await expect(command).toBeInViewport({ ratio: 1 });

    const dismiss = strip.getByRole('button', { name: texts.notices.dismiss });
    await dismiss.click();
    await expect(strip).toHaveCount(0);
    const answer = page.waitForResponse('**/api/v1/status');
    await page.reload();
    const status = (await (await answer).json()) as { notices: { params: { granted: string } }[] };
    const next = page.waitForResponse('**/api/v1/status'); // by then the answer before is drawn
    await page.clock.fastForward(5000);
    await next;
    await expect(strip).toHaveCount(0);

    // What is now lost was not dismissed.
    await server.overflow(sizeOf(status.notices[0]?.params.granted ?? ''));
    const lost = /(?:dropped [\d,]+ lines? to syslog|[\d,]+줄을)/;
    await expect(async () => {
      await page.clock.fastForward(5000); // the page asks, and the server looks now and then
      await expect(strip.locator('b')).toHaveText(lost, { timeout: 500 });
    }).toPass();
    expect((await strip.boundingBox())?.height).toBe(height);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
  } finally {
    await server.stop();
  }
});

test('says what holds the flow up as long as it does', async ({ logs, page, texts }) => {
  // Only the answer is ours: a store that is full or a queue that lost records cannot be had in a moment.
  const own = { problems: ['store.full.0: no room', 'store.full.1: no room', 'disk.odd: a word'] };
  await page.route('**/api/v1/status', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), ...own } });
  });
  await logs.open();
  const strip = page.getByRole('region', { name: texts.notices.label });
  await expect(strip.getByRole('alert')).toContainText(texts.notices.title.storeFull);
  await expect(strip.getByRole('alert')).toContainText('0, 1');
  await strip.getByRole('button', { expanded: false }).click();
  await expect(strip.getByRole('alert').nth(1)).toHaveText('disk.odd: a word');
  await expect(strip.getByRole('button', { name: texts.notices.dismiss })).toHaveCount(0);
  await page.unroute('**/api/v1/status');
  await page.clock.fastForward(5000);
  await expect(strip).toHaveCount(0);
});

/** Reads a size as the server writes it. */
function sizeOf(text: string): number {
  const [, digits, unit = ''] = /^(\d+)(\D*)$/.exec(text) ?? [];
  return Number(digits) * ({ KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 }[unit] ?? 1);
}
