import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './console';

const file = join(import.meta.dirname, '..', '..', 'test', 'badinput', 'queries.txt');

/** The wrong queries of the file that can be typed: without bytes that are no UTF-8, or blanks around them. */
function wrongQueries(): string[] {
  const queries = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !/\\x[89a-f]/i.test(line))
    .map((line) =>
      line.replace(/\\(n|t|x[0-7][0-9a-f])/gi, (_, sign: string) => {
        if (sign === 'n') return '\n';
        return sign === 't' ? '\t' : String.fromCharCode(Number.parseInt(sign.slice(1), 16));
      }),
    )
    .map((query) => query.trim())
    .filter((query) => query !== '');
  return [...new Set(queries)];
}

/** Whether a request asks for the rows of a query. */
function isAbout({ pathname, searchParams }: URL, query: string): boolean {
  return pathname.endsWith('/logs/query') && searchParams.get('query') === query;
}

/** What the console may write for a message of the server, which writes quotes and control characters as Go's %q does. */
function worded(message: string): RegExp {
  const text = message.replace(/[.*+?^${}()|[\]]/g, '\\$&');
  return new RegExp(
    text
      .replace(/\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|["\\nrtabfv])/g, '[^]?')
      .replaceAll(' ', '\\s+'),
  );
}

test('each of the wrong queries gets a position and a sentence, and none blanks the page @desktop', async ({
  logs,
  page,
  texts,
}) => {
  test.setTimeout(300_000);
  const queries = wrongQueries();
  expect(queries.length).toBeGreaterThan(150);
  // The browser itself reports each refused request; anything else is a mistake of the page.
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('400')) errors.push(message.text());
  });
  await logs.open('?q=marker');
  await expect(logs.rows).toHaveCount(6);
  const alert = page.getByRole('alert');
  const sentences = Object.values(texts.problem.kind);
  const place = new RegExp(texts.problem.column.replace('{{column}}', '\\d+'));
  for (const query of queries) {
    const answer = page.waitForResponse((response) => isAbout(new URL(response.url()), query));
    // As by hand: the editor, and not the browser, must replace what it holds.
    await logs.query.press('ControlOrMeta+a');
    await page.keyboard.insertText(query);
    await expect(alert, 'of the query before').toHaveCount(0);
    await page.getByRole('button', { name: texts.logs.query.run, exact: true }).click();
    const { params } = (await (await answer).json()) as { params: { message: string } };
    await expect(alert, query).toContainText(worded(params.message));
    const said = await alert.innerText();
    expect(said, query).toMatch(place);
    expect(
      sentences.some((sentence) => said.includes(sentence)),
      `${query}: ${said}`,
    ).toBe(true);
    // The last good answer stays.
    expect(await logs.rows.count(), query).toBe(6);
  }
  expect(errors).toEqual([]);
});
