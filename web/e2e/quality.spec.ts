import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pages } from '../src/app/pages';
import { seriousViolations } from './axe';
import { expect, type Logs, test } from './console';

/** A state of the console that must be accessible, fit its screen and be kept as a picture. */
interface View {
  name: string;
  path: string;
  /** What to do after the page is there. */
  act?: (logs: Logs) => Promise<void>;
}

const openRange = async ({ page, texts }: Logs) => {
  await page.getByRole('button', { name: new RegExp(`^${texts.time.range}`) }).click();
};
const views: readonly View[] = [
  ...pages.map(({ path }) => ({ name: path.slice(1), path })),
  {
    name: 'logs-row',
    path: '/logs',
    act: async ({ rows }) => rows.nth(1).click(),
  },
  { name: 'logs-wrong', path: '/logs?q=a%20%7C%20lmit%202' },
  { name: 'logs-empty', path: '/logs?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z' },
  { name: 'sources-add', path: '/sources?add=rsyslog' },
  { name: 'time', path: '/logs', act: openRange },
  {
    name: 'palette',
    path: '/logs',
    act: async ({ page, texts }) => {
      await page.getByRole('button', { name: texts.palette.title }).click();
      await page.getByRole('combobox', { name: texts.palette.title }).fill('pay');
    },
  },
  { name: 'not-found', path: '/nowhere' },
];
const screens = join(import.meta.dirname, '..', 'test-results', 'screens');

for (const { name, path, act } of views) {
  test(`is accessible and fits its screen: ${name}`, async ({ logs, page, colorScheme }) => {
    mkdirSync(screens, { recursive: true });
    await page.goto(`${logs.server.url}${path}`);
    await page.waitForLoadState('networkidle');
    await act?.(logs);
    await page.waitForTimeout(200); // panels have moved to their place
    const size = page.viewportSize()?.width;
    for (const scheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await expect(page.locator('html')).toHaveAttribute('data-theme', scheme);
      if (scheme === colorScheme) {
        const lang = await page.locator('html').getAttribute('lang');
        await page.screenshot({ path: join(screens, `${name}.${scheme}-${lang}-${size}.png`) });
      }
      expect(await seriousViolations(page), scheme).toEqual([]);
    }
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, 'scrolls sideways').toBe(0);
  });
}

test('moves nothing for those who ask for less motion', async ({ logs, page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await logs.open();
  await openRange(logs);
  const moving = await page.evaluate(
    () => document.getAnimations().filter((one) => one.playState === 'running').length,
  );
  expect(moving).toBe(0);
  const duration = await page.evaluate(() =>
    getComputedStyle(document.documentElement).getPropertyValue('--t-move').trim(),
  );
  expect(duration).toMatch(/^0m?s$/);
});
