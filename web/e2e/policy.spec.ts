import { expect, test } from './console';

// The policy of the page lets no style in that its word does not name, and no script but the console's own.
test('no page does what its content security policy forbids', async ({ logs, page }) => {
  const broken: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) broken.push(message.text());
  });
  for (const path of [
    '/logs',
    '/patterns',
    '/sources',
    '/pipeline',
    '/system',
    '/access',
    '/account',
    '/signin',
    '/setup',
  ]) {
    await page.goto(`${logs.server.url}${path}`);
    await expect(page.locator('#root')).not.toBeEmpty();
    await logs.settled();
  }
  // The editor of the query line comes with its first use, and makes style elements.
  await page.goto(`${logs.server.url}/logs`);
  await page.waitForLoadState('networkidle'); // with what each page loads behind its own
  await logs.query.click();
  await page.keyboard.type('_msg:');
  await expect(page.locator('.cm-editor')).toBeVisible();
  const wrapping = await page
    .locator('.cm-content')
    .evaluate((e) => getComputedStyle(e).whiteSpace);
  expect(wrapping).toBe('break-spaces'); // set by a style element of the editor
  const policy = (
    await page.request.get(logs.server.url, { headers: { Accept: 'text/html' } })
  ).headers()['content-security-policy'];
  expect(policy).not.toContain('unsafe');
  expect(broken).toEqual([]);
});
