import type { Page } from '@playwright/test';
import { enter, expect, test, views } from './views';

test.describe('@desktop', () => {
  test.skip(
    ({ locale }) => locale !== 'en-US',
    'the texts in marks are the same for all languages',
  );

  test.beforeEach(async ({ page }) => {
    await page.addInitScript(() => localStorage.setItem('haetae.language', 'pseudo'));
  });

  for (const view of views) {
    test(`gives every text to translators: ${view.name}`, async ({ logs, crew, page }) => {
      await enter(view, logs, crew);
      expect(await untranslated(page)).toEqual([]);
    });
  }

  test('gives the texts of the help to translators', async ({ logs, page }) => {
    await logs.open();
    await expect(logs.rows.first()).toBeVisible();
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await untranslated(page)).toEqual([]);
  });
});

/** Returns the texts on the page, and of names and hints, that were written in the code; data is marked as not to be translated. */
function untranslated(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const kept =
      '[translate="no"], code, kbd, time, script, style, textarea, [role="treegrid"], .cm-editor, [data-value]';
    // Units, zones and paths are the same in all languages.
    const unit =
      /(?:\/[\w.-]+)+|\b(?:[kMGT]i?B?|B|ms|[smhdw]|p\d\d|KST|UTC(?:[+-][\d:]+)?|[A-Z]\w+\/[A-Z]\w+)\b/g;
    const unmarked = (text: string) => {
      let rest = text;
      for (let before = ''; before !== rest; ) {
        before = rest;
        rest = rest.replace(/⟦[^⟦⟧]*⟧/g, '');
      }
      return rest;
    };
    const isOurs = (text: string) => /\p{L}/u.test(unmarked(text).replace(unit, ''));
    // A name may repeat the data that the element shows.
    const repeats = (element: HTMLElement, text: string) => {
      const data = [...element.querySelectorAll<HTMLElement>(kept)].map((one) => one.innerText);
      const said = unmarked(text).replace(/^[:,\s]+|[:,\s]+$/g, '');
      return [...data, ...Object.values(element.dataset)].some((one) => one?.includes(said));
    };
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent ?? '';
      if (!node.parentElement?.closest(kept) && isOurs(text)) found.push(text);
    }
    for (const element of document.querySelectorAll<HTMLElement>(
      '[aria-label], [title], [placeholder]',
    )) {
      if (element.closest(kept)) continue;
      for (const name of ['aria-label', 'title', 'placeholder']) {
        const text = element.getAttribute(name) ?? '';
        if (isOurs(text) && !repeats(element, text)) found.push(`${name}: ${text}`);
      }
    }
    return found;
  });
}
