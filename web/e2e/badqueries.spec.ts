import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './console';

const file = join(import.meta.dirname, '..', '..', 'test', 'badinput', 'queries.txt');

/** The wrong queries of the file that can stand in an address; bytes that are no UTF-8 cannot be typed. */
function wrongQueries(): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !/\\x[89a-f]/i.test(line))
    .map((line) =>
      line.replace(/\\(n|t|x[0-7][0-9a-f])/gi, (_, sign: string) => {
        if (sign === 'n') return '\n';
        return sign === 't' ? '\t' : String.fromCharCode(Number.parseInt(sign.slice(1), 16));
      }),
    )
    .filter((query) => query.trim() !== '');
}

/** Whether a request asks for the rows of a query. */
function isAbout({ pathname, searchParams }: URL, query: string): boolean {
  return pathname.endsWith('/logs/query') && searchParams.get('query') === query;
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
    await logs.query.fill(query);
    await page.getByRole('button', { name: texts.logs.query.run, exact: true }).click();
    // The alert of the query before may still stand there.
    const { request_id } = (await (await answer).json()) as { request_id: string };
    await expect(alert, query).toContainText(request_id);
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
