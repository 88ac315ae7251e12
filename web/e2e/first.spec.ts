import { expect, recordRows, test } from './console';
import { Server } from './server';

test('shows a new Haetae what it does, and turns green at the first line', async ({
  page,
  texts,
}) => {
  const server = await Server.start({ settings: ['inputs.self.enabled=true'] });
  try {
    await page.goto(server.url);
    await expect(page.getByRole('heading', { name: texts.start.title })).toBeVisible();
    await expect(page.getByText('self', { exact: true })).toBeVisible();
    await expect(page.getByText(texts.start.first.waiting)).toBeVisible();
    const arriving = page.getByRole('region', { name: texts.start.arriving });
    await expect(arriving.getByRole('listitem').first()).toBeVisible(); // its own lines

    const command = page.getByText(/^curl -d/);
    await expect(command).toContainText(`${server.url}/insert/jsonline`);
    await page.getByRole('radio', { name: 'syslog UDP' }).check();
    await expect(page.getByText(/^logger -n 127\.0\.0\.1 -P \d+ --udp/)).toBeVisible();
    await server.send([{ _msg: 'the first line', 'host.name': 'a', 'service.name': 'b' }]);
    await expect(page.getByText(texts.start.first.arrived)).toBeVisible();
    await expect(arriving.getByText('the first line')).toBeVisible();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
    await page.getByRole('link', { name: texts.start.first.show }).click();
    await expect(recordRows(page)).toHaveCount(1);

    // From now on it leads to the logs, also when nobody has sent since a restart.
    await page.goto(server.url);
    await expect(page).toHaveURL(`${server.url}/logs`);
    await server.kill();
    await server.restart();
    await page.goto(server.url);
    await expect(page).toHaveURL(`${server.url}/logs`);
  } finally {
    await server.stop();
  }
});

test('leads from the first steps to the way to add a source @desktop', async ({ page, texts }) => {
  const server = await Server.start();
  try {
    await page.goto(server.url);
    await expect(page.getByText(texts.start.nothing)).toBeVisible();
    await page.getByRole('link', { name: 'journald' }).click();
    await expect(page).toHaveURL(/\/sources\?add=journald/);
    await page.goBack();
    await expect(page.getByRole('heading', { name: texts.start.title })).toBeVisible();
  } finally {
    await server.stop();
  }
});
