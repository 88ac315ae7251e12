import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  impact: string | null;
  nodes: { target: string[]; failureSummary: string }[];
}

/**
 * Returns what axe finds serious or critical on the page, one line for each element. Of a page that was looked at in another
 * theme only the colours are left to judge.
 */
export async function seriousViolations(page: Page, { colours = false } = {}): Promise<string[]> {
  await still(page);
  const options = {
    resultTypes: ['violations'],
    ...(colours && { runOnly: ['color-contrast', 'link-in-text-block'] }),
  };
  // Evaluated and not added as an element, which the page's content policy forbids.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(source);
  const violations = (await page.evaluate(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  )) as Violation[];
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    );
}

/** Waits until panels have moved to their place and colours have changed; a waiting dot never ends. */
export async function still(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every((one) => one.effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY),
  );
}
