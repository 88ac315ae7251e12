import type { Page } from '@playwright/test';
import { seriousViolations } from './axe';
import { expect, test } from './console';
import { Provider } from './provider';
import { Server } from './server';

/** Signs somebody in on the provider's pages, which take any password and ask whether a program on this machine is meant. */
async function atProvider(page: Page, provider: Provider, name: string): Promise<void> {
  await expect(page).toHaveURL(new RegExp(`^${provider.issuer}/interaction/`));
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

test('lets somebody in whom a provider knows, and says why another stays out', async ({
  page,
  texts,
}) => {
  const provider = await Provider.start();
  const server = await Server.start({ settings: provider.settings('Example ID') });
  const { signin } = texts;
  try {
    await server.send([{ _msg: 'the first line', 'host.name': 'a', 'service.name': 'b' }]);
    const made = await page.request.post(`${server.url}/api/v1/setup`, {
      headers: { Origin: server.url },
      data: {
        token: server.setup.split('token=').at(-1),
        name: 'admin',
        password: 'correct horse battery',
      },
    });
    expect(made.status(), await made.text()).toBe(200);
    await page.context().clearCookies();

    // Whoever asks for a page gets to it by the provider.
    await page.goto(`${server.url}/logs?q=first`);
    await expect(page.getByRole('heading', { name: signin.title })).toBeVisible();
    const way = page.getByRole('link', { name: signin.with.replace('{{name}}', 'Example ID') });
    await way.click();
    await atProvider(page, provider, 'lee');
    await expect(page).toHaveURL(new RegExp(`^${server.url}/logs\\?(.*&)?q=first`));
    await expect(page.getByText('the first line').first()).toBeVisible();
    const me = await page.request.get(`${server.url}/api/v1/me`);
    expect(await me.json()).toMatchObject({ name: 'lee', role: 'operator', provider: 'main' });

    await page.goto(`${server.url}/account`);
    const kept = texts.account.byProvider.replace('{{name}}', 'Example ID');
    await expect(page.getByText(kept)).toBeVisible();

    // Somebody without a role comes back, and may go another way.
    await page.context().clearCookies();
    await page.goto(`${server.url}/signin`);
    await way.click();
    await atProvider(page, provider, 'guest');
    await expect(page.getByRole('alert')).toContainText(signin.failed.noRole);
    await expect(page.getByLabel(signin.name, { exact: true })).toBeVisible();
    expect(await seriousViolations(page)).toEqual([]);

    // So does everybody while the provider is away.
    await server.kill();
    await provider.stop();
    await server.restart();
    await way.click();
    await expect(page.getByRole('alert')).toContainText(signin.failed.unreachable);
  } finally {
    await server.stop();
  }
});
