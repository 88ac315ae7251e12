import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { seriousViolations, still } from './axe';
import { enter, expect, test, views } from './views';

const screens = join(import.meta.dirname, '..', 'test-results', 'screens');

// What opens upon a page is looked at in one language a width; each test looks at both themes.
const opens = /\b(panel|make|change)=/;

for (const view of views) {
  const { name, path, act } = view;
  const looks = act || opens.test(path) ? '' : ' @looks';
  test(`is accessible and fits its screen: ${name}${looks}`, async ({
    logs,
    crew,
    page,
    colorScheme,
  }) => {
    mkdirSync(screens, { recursive: true });
    await enter(view, logs, crew);
    const size = page.viewportSize()?.width;
    for (const scheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await expect(page.locator('html')).toHaveAttribute('data-theme', scheme);
      await still(page);
      if (scheme === colorScheme) {
        const lang = await page.locator('html').getAttribute('lang');
        await page.screenshot({ path: join(screens, `${name}.${scheme}-${lang}-${size}.png`) });
      }
      const violations = await seriousViolations(page, { colours: scheme !== colorScheme });
      expect(violations, scheme).toEqual([]);
    }
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, 'scrolls sideways').toBe(0);
  });
}

test('moves nothing for those who ask for less motion @desktop', async ({ logs, page, texts }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await logs.open();
  await page.getByRole('button', { name: new RegExp(`^${texts.time.range}`) }).click();
  const moving = await page.evaluate(
    () => document.getAnimations().filter((one) => one.playState === 'running').length,
  );
  expect(moving).toBe(0);
  const duration = await page.evaluate(() =>
    getComputedStyle(document.documentElement).getPropertyValue('--t-move').trim(),
  );
  expect(duration).toMatch(/^0m?s$/);
});
