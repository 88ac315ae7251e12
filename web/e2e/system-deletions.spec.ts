import { expect, test } from './console';

test('counts and shows records before it deletes them, asks for their number, and keeps the record of it', async ({
  page,
  server,
  texts,
}) => {
  const { deletions } = texts.system;
  const word = `secret${test.info().project.name.replace(/\W/g, '')}`;
  const record = (n: number) => ({ _msg: `${word} ${n}`, 'host.name': 'db-1', level: 'info' });
  await server.send([record(1), record(2), record(3), { ...record(4), _msg: 'stays' }]);
  const found = async () => {
    const url = `${server.url}/select/logsql/query?query=${word}&limit=10`;
    return (await (await page.request.get(url)).text()).trim().split('\n').filter(Boolean).length;
  };
  await expect.poll(found).toBe(3);

  await page.goto(`${server.url}/system?part=deletions`);
  await page.getByRole('button', { name: deletions.begin }).click();
  await expect(page).toHaveURL(/erase=/);
  await page.reload();
  const panel = page.getByRole('dialog', { name: deletions.begin });
  await panel.getByLabel(deletions.which).fill(`${word} | limit 1`);
  await panel.getByRole('radio', { name: deletions.all }).check();
  await panel.getByRole('button', { name: deletions.count }).click();
  await expect(panel.getByRole('alert')).toBeVisible();
  await panel.getByLabel(deletions.which).fill(word);
  await panel.getByLabel(deletions.which).press('Tab');
  await panel.getByRole('button', { name: deletions.count }).press('Enter');
  await expect(panel.getByRole('status')).toContainText('3');
  await expect(panel.getByRole('list', { name: deletions.sample })).toContainText(`${word} 2`);

  const go = panel.getByRole('button', { name: deletions.delete_other.replace('{{n}}', '3') });
  await panel.getByLabel(deletions.reason).fill('a password in clear');
  const number = panel.getByLabel(deletions.type.replace('{{n}}', '3'));
  await number.fill('4');
  await expect(go).toBeDisabled();
  expect(await found()).toBe(3);
  await number.fill('3');
  await number.press('Enter');
  await expect(panel).toHaveCount(0);

  const row = page.getByRole('row', { name: new RegExp(`^${word} a password in clear`) });
  await expect(row).toContainText(deletions.states.done, { timeout: 40_000 });
  await expect(row).toContainText(deletions.rows_other.replace('{{n}}', '3'));
  expect(await found()).toBe(0);
  await page.reload();
  await expect(row).toContainText(deletions.states.done);
});

test('shows a deletion that runs, cancels it, and says what was left', async ({
  page,
  server,
  texts,
}) => {
  const { deletions } = texts.system;
  // Only the answers are ours: no deletion here takes long enough to be seen.
  let state = 'running';
  const one = () => ({
    id: 'a',
    query: 'password',
    reason: 'leak',
    by: 'local',
    asked: '2026-01-01T00:00:00Z',
    start: null,
    end: null,
    finished: null,
    state,
    phase: 'segments',
    segments_done: 12,
    segments_total: 40,
    rewritten: 3,
    removed: [{ dataset: 'logs', rows: 1234, raw_bytes: 9, disk_bytes: 5_000_000 }],
    damaged: ['one', 'two'],
    queue_gone: null,
    queue_left: 777,
  });
  await page.route('**/api/v1/logs/deletions', (route) =>
    route.fulfill({ json: { deletions: [one()] } }),
  );
  await page.route('**/api/v1/logs/deletions/a/cancel', (route) => {
    state = 'cancelled';
    return route.fulfill({ json: one() });
  });
  await page.goto(`${server.url}/system?part=deletions`);
  const row = page.getByRole('row', { name: /^password leak/ });
  const progress = deletions.progress_other.replace('{{done}}', '12').replace('{{total}}', '40');
  await expect(row).toContainText(progress);
  await expect(row).toContainText('1,234');
  await expect(row).toContainText(deletions.damaged_other.replace('{{n}}', '2'));
  await row.getByRole('button').click();
  await expect(row).toContainText(deletions.states.cancelled);
  await expect(row.getByRole('button')).toHaveCount(0);
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(sideways).toBe(0);
});
