import { expect, test } from './console';

test('explains how a query is answered: what is ruled out by what, what is read, and the pipes', async ({
  logs,
  page,
  texts,
}) => {
  const { explain } = texts.logs;
  await logs.open('?q=marker');
  await expect(logs.rows).toHaveCount(6);
  await page.getByTitle(explain.title).click();
  await expect(page).toHaveURL(/panel=explain/);
  await page.reload();
  const panel = page.getByRole('dialog', { name: explain.title });
  const steps = panel.getByRole('region', { name: explain.steps }).getByRole('listitem');
  await expect(steps.first()).toContainText(explain.step.dataset);
  await expect(steps.last()).toContainText('marker');
  await expect(steps.last()).toContainText(explain.rows_other.replace('{{n}}', '6'));
  await expect(panel.getByRole('region', { name: explain.pipes })).toHaveCount(0);
  await panel.getByRole('button', { name: texts.shell.close }).press('Enter');
  await expect(panel).toHaveCount(0);

  await logs.search('marker | stats by (host.name) count() as n');
  await logs.settled(); // the button is that of the new answer
  await page.getByTitle(explain.title).press('Enter');
  const pipes = panel.getByRole('region', { name: explain.pipes });
  await expect(pipes.getByRole('listitem').first()).toContainText('stats by');
  await expect(pipes.getByRole('listitem').first()).toContainText(explain.repeats);
});

test('says that a wrong query cannot be explained', async ({ logs, page, texts }) => {
  await logs.open(`?panel=explain&q=${encodeURIComponent('marker | lmit 2')}`);
  const panel = page.getByRole('dialog', { name: texts.logs.explain.title });
  await expect(panel.getByRole('alert')).toContainText(texts.logs.explain.failed);
  await expect(panel.getByRole('alert')).toContainText(texts.problem.querySyntax);
});
