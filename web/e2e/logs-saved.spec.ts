import { expect, test } from './console';

// Each test has a folder of its own, since all share the server.
const folderOf = () => `${test.info().project.name} ${test.info().title}`.slice(0, 80);

test('saves a query with its time range, finds and runs it, and the URL brings it back', async ({
  logs,
  page,
  texts,
}) => {
  const folder = folderOf();
  const { saved } = texts.logs;
  await logs.open('?q=marker&from=now-2h&to=now');
  await page.getByRole('button', { name: saved.save, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: saved.saveTitle });
  await dialog.getByLabel(saved.name).fill('Markers');
  await dialog.getByLabel(saved.folder).fill(folder);
  await dialog.getByLabel(saved.description).fill('lines of minute zero');
  await dialog.getByLabel(saved.withRange).check();
  await dialog.getByRole('button', { name: saved.save, exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL(/saved=/);

  await page.goto(`${logs.server.url}/logs?section=saved`);
  const panel = page.getByRole('region', { name: saved.title });
  await panel.getByLabel(saved.search).fill('minute zero');
  const entry = panel
    .getByRole('region', { name: folder })
    .getByRole('button', { name: /Markers/ });
  await entry.first().click();
  await expect(page).toHaveURL(/q=marker.*from=now-2h|from=now-2h.*q=marker/);
  await expect(logs.rows).toHaveCount(6);
  await page.reload();
  await expect(logs.rows).toHaveCount(6);
});

test('asks before it writes over another query, renames, moves, deletes and takes that back', async ({
  logs,
  page,
  texts,
}) => {
  const folder = folderOf();
  const { saved } = texts.logs;
  const add = { name: 'one', folder, query: 'error' };
  await page.request.post(`${logs.server.url}/api/v1/saved-queries`, { data: add });
  await logs.open('?q=marker');
  await page.getByRole('button', { name: saved.save, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: saved.saveTitle });
  await dialog.getByLabel(saved.name).fill('one');
  await dialog.getByLabel(saved.folder).fill(folder);
  await dialog.getByRole('button', { name: saved.save, exact: true }).click();
  await expect(dialog.getByText(saved.taken)).toBeVisible();
  await dialog.getByRole('button', { name: saved.overwrite }).click();
  await expect(dialog).toBeHidden();

  await page.getByRole('link', { name: texts.logs.sections.saved }).click();
  const panel = page.getByRole('region', { name: saved.title });
  const group = panel.getByRole('region', { name: folder, exact: true });
  await expect(group).toContainText('marker');
  await group.getByRole('button', { name: saved.change.replace('{{name}}', 'one') }).click();
  await panel.getByLabel(saved.name, { exact: true }).fill('two');
  await panel.getByLabel(saved.folder, { exact: true }).fill(`${folder}/moved`);
  await panel.getByRole('button', { name: saved.save, exact: true }).click();
  const moved = panel.getByRole('region', { name: `${folder}/moved` });
  await expect(moved).toContainText('two');
  await expect(group).toBeHidden();

  await moved.getByRole('button', { name: saved.delete.replace('{{name}}', 'two') }).click();
  await expect(moved).toBeHidden();
  await page.getByRole('button', { name: texts.toast.undo }).click();
  await expect(moved).toContainText('two');
});

test('says when somebody else changed the query meanwhile @desktop', async ({
  logs,
  page,
  texts,
}) => {
  const folder = folderOf();
  const { saved } = texts.logs;
  const url = `${logs.server.url}/api/v1/saved-queries`;
  const made = await page.request.post(url, { data: { name: 'mine', folder, query: 'error' } });
  const { id, revision } = (await made.json()) as { id: string; revision: number };
  await page.goto(`${logs.server.url}/logs?section=saved`);
  const panel = page.getByRole('region', { name: saved.title });
  const group = panel.getByRole('region', { name: folder });
  await group.getByRole('button', { name: saved.change.replace('{{name}}', 'mine') }).click();
  await page.request.put(`${url}/${id}`, {
    data: { name: 'theirs', folder, query: 'warn', revision },
  });
  await panel.getByLabel(saved.description).fill('changed here');
  await panel.getByRole('button', { name: saved.save, exact: true }).click();
  await expect(panel.getByText(saved.stale)).toBeVisible();
  await panel.getByRole('button', { name: saved.overwrite }).click();
  await expect(group).toContainText('changed here');
  await expect(group).toContainText('mine');
});
