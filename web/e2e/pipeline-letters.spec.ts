import { expect, hour, test } from './console';
import { Server } from './server';

const refused = 3;

test('lists what a rule refused, and replays it once the rule is gone', async ({ page, texts }) => {
  const { letters } = texts.pipeline;
  const server = await Server.start();
  const rules = `${server.url}/api/v1/rules`;
  const extract = { regexp: 'order (?P<order>\\d+) (?P<state>\\w+)', required: true };
  try {
    const made = await fetch(rules, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'orders', rule: { if: '"order"', extract } }),
    });
    expect(made.status).toBe(201);
    const [line] = hour();
    await server.send(
      Array.from({ length: refused }, (_, i) => ({ ...line, _msg: `order #${i} paid` })),
    );
    await page.goto(`${server.url}/pipeline`);
    const region = page.getByRole('region', { name: letters.title, exact: true });
    const row = region.getByRole('row').filter({ hasText: 'extract.regexp does not match' });
    await expect(row).toContainText(String(refused));

    const rule = (await made.json()) as { id: string };
    expect((await fetch(`${rules}/${rule.id}`, { method: 'DELETE' })).ok).toBe(true);
    await row.getByRole('button').click();
    await expect(row.getByRole('status')).toContainText(
      texts.sources.letters.result
        .replace('{{replayed}}', String(refused))
        .replace('{{skipped}}', '0')
        .replace('{{failed}}', '0'),
    );
    await expect(row.getByRole('button')).toHaveCount(0); // nothing is left to replay
    const query = encodeURIComponent('"order" | stats count() as n');
    await expect(async () => {
      const answer = await fetch(`${server.url}/select/logsql/query?query=${query}`);
      expect(await answer.json()).toEqual({ n: String(refused) });
    }).toPass();
  } finally {
    await server.stop();
  }
});
