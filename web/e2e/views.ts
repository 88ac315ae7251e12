import { pages } from '../src/app/pages';
import { lists } from '../src/features/access/search';
import { tabs } from '../src/features/sources/search';
import { parts } from '../src/features/system/search';
import { test as consoleTest, expect, Logs } from './console';
import { Crew, type Member } from './crew';

/** A state of the console: it must be accessible, fit its screen, and be worded in all languages. */
export interface View {
  name: string;
  path: string;
  /** Asks the server when nothing has been typed for a while. */
  late?: boolean;
  /** Who looks at it on a server with accounts; else it is one without. */
  as?: Member;
  /** What to do after the page is there; texts are looked for as parts of names, since they may stand in marks. */
  act?: (logs: Logs) => Promise<void>;
}

function press(name: (texts: Logs['texts']) => string): Required<View>['act'] {
  return ({ page, texts }) =>
    page
      .getByRole('button', { name: name(texts) })
      .first()
      .click();
}

const firstRow: Required<View>['act'] = ({ page }) => page.locator('[data-row]').first().click();
const openRow = ({ rows }: Logs) => rows.nth(1).click();
// The trail is of the server's own time, and not of the pages' clock.
const always = 'from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z';
const stats = encodeURIComponent('* | stats by (host.name) count() as n');

export const views: readonly View[] = [
  ...pages.map(({ path }) => ({ name: path.slice(1), path })),
  { name: 'not-found', path: '/nowhere' },
  { name: 'time', path: '/logs', act: press(({ time }) => time.range) },
  {
    name: 'palette',
    path: '/logs',
    act: async ({ page, texts }) => {
      await page.getByRole('button', { name: texts.palette.title }).click();
      await page.getByRole('combobox', { name: texts.palette.title }).fill('pay');
    },
  },
  { name: 'theme', path: '/logs', act: press(({ theme }) => theme.title) },

  { name: 'logs-row', path: '/logs', act: openRow },
  { name: 'logs-wrong', path: '/logs?q=a%20%7C%20lmit%202' },
  { name: 'logs-empty', path: '/logs?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z' },
  { name: 'logs-builder', path: '/logs?build=1&q=level:%3Derror' },
  { name: 'logs-history', path: '/logs?q=marker&panel=history' },
  { name: 'logs-explain', path: '/logs?panel=explain' },
  { name: 'logs-export', path: '/logs?panel=export' },
  { name: 'logs-field', path: '/logs?field=order_id' },
  { name: 'logs-saved', path: '/logs?section=saved' },
  { name: 'logs-save', path: '/logs?q=marker', act: press(({ logs }) => logs.saved.save) },
  { name: 'logs-share', path: '/logs', act: press(({ logs }) => logs.share.title) },
  { name: 'logs-columns', path: '/logs', act: press(({ logs }) => logs.columns.menu) },
  { name: 'logs-compared', path: '/logs?vs=1h' },
  { name: 'logs-chart', path: `/logs?q=${stats}` },
  { name: 'logs-table', path: `/logs?q=${stats}&view=table` },
  {
    name: 'logs-around',
    path: '/logs?q=marker',
    act: async (logs) => {
      await openRow(logs);
      await press(({ logs }) => logs.row.surrounding)(logs);
    },
  },
  { name: 'patterns', path: '/logs?section=patterns' },
  {
    name: 'patterns-open',
    path: '/logs?section=patterns',
    act: firstRow,
  },

  ...tabs.map((tab) => ({ name: `sources-${tab}`, path: `/sources?tab=${tab}` })),
  { name: 'sources-add', path: '/sources?add=rsyslog' },
  { name: 'sources-one', path: '/sources', act: firstRow },
  { name: 'sources-line', path: '/sources?tab=try&line=order%204711%20took%2012%20ms', late: true },

  { name: 'pipeline-partition', path: '/pipeline?partition=0' },
  { name: 'pipeline-events', path: '/pipeline?events=1' },

  ...parts.map((part) => ({ name: `system-${part}`, path: `/system?part=${part}` })),
  { name: 'system-retention', path: '/system?edit=1', late: true },
  { name: 'system-erase', path: '/system?part=deletions&erase=1' },

  { name: 'setup', path: '/setup?token=ofTheTerminal' },
  { name: 'setup-done', path: '/setup?done=1', as: 'admin' },
  { name: 'signin', path: '/signin?back=/system&problem=oidc.no_role', as: 'stranger' },
  { name: 'account', path: '/account', as: 'admin' },
  { name: 'account-password', path: '/account?change=password', as: 'admin' },
  { name: 'account-factor', path: '/account?change=factor', as: 'admin' },
  { name: 'denied', path: '/system?part=config', as: 'viewer' },
  { name: 'seen-as', path: '/account', as: 'seen' },
  { name: 'access-users', path: '/access', as: 'admin' },
  ...lists.map((list) => ({
    name: `access-${list}`,
    path: `/access?list=${list}&${always}`,
    as: 'admin' as const,
  })),
  { name: 'access-user', path: '/access', as: 'admin', act: firstRow },
  { name: 'access-team', path: '/access?list=teams', as: 'admin', act: firstRow },
  { name: 'access-token', path: '/access?list=tokens', as: 'admin', act: firstRow },
  { name: 'access-entry', path: `/access?list=audit&${always}`, as: 'admin', act: firstRow },
  { name: 'access-new-user', path: '/access?make=1', as: 'admin' },
  { name: 'access-new-team', path: '/access?list=teams&make=1', as: 'admin', late: true },
  { name: 'access-new-token', path: '/access?list=tokens&make=1', as: 'admin', late: true },
];

/** Tests of views; the servers live as long as their worker. */
export const test = consoleTest.extend<object, { crew: Crew }>({
  crew: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures' names from the pattern
    async ({}, use) => {
      const crew = await Crew.start();
      await use(crew);
      await crew.server.stop();
    },
    { scope: 'worker' },
  ],
});

export { expect };

/** Opens a view as whoever looks at it, and does what it wants; a late one asks further only after a pause. */
export async function enter({ path, as, late, act }: View, logs: Logs, crew: Crew): Promise<void> {
  const { page, texts } = logs;
  const shown = as ? new Logs(page, crew.server, texts) : logs;
  if (as) await page.context().addCookies(crew.cookiesOf(as));
  await page.goto(shown.server.url + path);
  await shown.settled();
  if (late) await page.waitForLoadState('networkidle', { timeout: 5000 }).catch(() => undefined);
  if (!act) return;
  await act(shown);
  await shown.settled();
}
