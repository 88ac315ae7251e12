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
