import type { Page } from '@playwright/test';
import { pages } from '../src/app/pages';
import { tabs } from '../src/features/sources/search';
import { parts } from '../src/features/system/search';
import { expect, hour, test } from './console';

const paths = [
  ...pages.map(({ path }) => path),
  ...tabs.map((tab) => `/sources?tab=${tab}`),
  ...parts.map((part) => `/system?part=${part}`),
  '/system?edit=1',
];

test.describe('@desktop', () => {
  test.skip(
    ({ locale }) => locale !== 'en-US',
    'the texts in marks are the same for all languages',
  );

  test.beforeEach(async ({ page }) => {
    await page.addInitScript(() => localStorage.setItem('haetae.language', 'pseudo'));
  });

  for (const path of paths) {
    test(`gives every text of ${path} to translators`, async ({ logs, page }) => {
      await page.goto(`${logs.server.url}${path}`);
      await page.waitForLoadState('networkidle');
      expect(await untranslated(page)).toEqual([]);
    });
  }

  test('gives every text of an opened row to translators', async ({ logs, page }) => {
    await page.goto(`${logs.server.url}/logs`);
    await logs.rows.nth(1).click();
    expect(await untranslated(page)).toEqual([]);
  });

  test('gives every text of dialogs and menus to translators', async ({ logs, page }) => {
    await page.goto(`${logs.server.url}/logs`);
    await expect(logs.rows.first()).toBeVisible();
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await untranslated(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('ControlOrMeta+k');
    await expect(page.getByRole('option').first()).toBeVisible();
    expect(await untranslated(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^⟦Time range/ }).click();
    expect(await untranslated(page)).toEqual([]);
  });
});

// What the test itself sent, and names that Haetae gives, stand on the page as they are.
const sent = hour().flatMap((record) => Object.entries(record).flat());
const data = [...new Set([...sent, '_severity', '_source', '_stream', 'jsonline', 'Asia/Seoul'])];

/** Returns the texts on the page, and of names and hints, that were written in the code; data is marked as not to be translated. */
function untranslated(page: Page): Promise<string[]> {
  return page.evaluate(
    (known) => {
      const kept =
        '[translate="no"], code, kbd, time, script, style, [role="treegrid"], .cm-editor, [data-value]';
      const unit = /\b(?:[kMGT]i?B?|B|ms|[smhdw]|p\d\d|KST|UTC(?:[+-][\d:]+)?)\b/g;
      const isOurs = (text: string) => {
        let rest = text;
        for (let before = ''; before !== rest; ) {
          before = rest;
          rest = rest.replace(/⟦[^⟦⟧]*⟧/g, '');
        }
        for (const word of known) rest = rest.replaceAll(word, '');
        return /\p{L}/u.test(rest.replace(unit, ''));
      };
      const found: string[] = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const text = node.textContent ?? '';
        if (!node.parentElement?.closest(kept) && isOurs(text)) found.push(text);
      }
      for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
        if (element.closest(kept)) continue;
        for (const name of ['aria-label', 'title', 'placeholder']) {
          const text = element.getAttribute(name) ?? '';
          if (isOurs(text)) found.push(`${name}: ${text}`);
        }
      }
      return found;
    },
    data.sort((a, b) => b.length - a.length),
  );
}
