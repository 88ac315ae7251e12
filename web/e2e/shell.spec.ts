import { expect, now, recordRows, test } from './console';
import { Server } from './server';

test('says which part of the address it could not read', async ({ logs, page, texts }) => {
  const { badAddress } = texts;
  await logs.open('?from=garbage&tz=Mars/Base');
  const said = page.getByRole('alert').filter({ hasText: 'from=garbage, tz=Mars/Base' });
  await expect(said).toBeVisible();
  await said.getByRole('button', { name: badAddress.close }).click();
  await expect(said).toBeHidden();
  await logs.open('?from=now-3h&tz=Europe/Paris');
  await expect(logs.rows.first()).toBeVisible();
  await expect(said).toHaveCount(0);
});

test('speaks the other language at once and after a reload @looks', async ({
  logs,
  page,
  texts,
  locale,
}) => {
  await logs.open();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(texts.pages.logs);
  if (logs.phone) await page.getByRole('button', { name: texts.shell.more }).click();
  const korean = locale?.startsWith('ko');
  await page.getByRole('button', { name: korean ? 'English' : '한국어' }).click();
  const title = korean ? 'Logs' : '로그';
  await expect(page.locator('h1')).toHaveText(title);
  await page.reload();
  await expect(page.locator('h1')).toHaveText(title);
  await expect(page.locator('html')).toHaveAttribute('lang', korean ? 'en' : 'ko');
});

test('changes its theme and keeps it @looks', async ({ logs, page, texts, colorScheme }) => {
  await logs.open();
  const html = page.locator('html');
  await expect(html).toHaveAttribute('data-theme', colorScheme ?? '');
  const other = colorScheme === 'dark' ? 'light' : 'dark';
  await page.getByRole('button', { name: texts.theme.title }).click();
  await page.getByRole('menuitemradio', { name: texts.theme[other] }).click();
  await expect(html).toHaveAttribute('data-theme', other);
  await page.reload();
  await expect(html).toHaveAttribute('data-theme', other);
});

test('shows all times in the chosen zone', async ({ logs, page, texts }) => {
  await logs.open();
  await expect(logs.rows.first()).toContainText('03:12:39.000');
  await page.getByRole('button', { name: new RegExp(`^${texts.time.range}`) }).click();
  await page.getByRole('button', { name: new RegExp(`^${texts.time.zone}`) }).click();
  const search = page.getByRole('combobox', { name: texts.time.zoneSearch });
  await search.fill('atlantis');
  await expect(page.getByText(texts.time.zoneNone)).toBeVisible();
  await search.fill('new york');
  await search.press('Enter');
  await expect(page).toHaveURL(/tz=America\/New_York/);
  await expect(logs.rows.first()).toContainText('13:12:39.000');
  await page.reload();
  await expect(logs.rows.first()).toContainText('13:12:39.000');
});

test('takes two moments as they are typed, and says what is wrong', async ({
  logs,
  page,
  texts,
}) => {
  await logs.open();
  await page.getByRole('button', { name: new RegExp(`^${texts.time.range}`) }).click();
  const from = page.getByLabel(texts.time.from, { exact: true });
  const to = page.getByLabel(texts.time.to, { exact: true });
  const apply = page.getByRole('button', { name: texts.time.apply });
  await expect(from).toHaveValue('now-1h');
  await to.fill('someday');
  await expect(page.getByText(texts.time.wrongMoment)).toBeVisible();
  await to.fill('2020-01-01');
  await expect(page.getByText(texts.time.wrongOrder)).toBeVisible();
  await expect(apply).toBeDisabled();
  await from.fill('2024-11-20 02:30');
  await to.fill('03:00');
  await apply.click();
  await expect(page).toHaveURL(/from=2024-11-19T17:30:00Z&to=2024-11-19T18:00:00Z/);
  await expect(logs.rows.first()).toContainText('02:59:59.000');
  await page.reload();
  await expect(logs.rows.first()).toContainText('02:59:59.000');
});

test('chooses days in the calendar by mouse @looks', async ({ logs, page, texts, locale }) => {
  await logs.open('?q=took');
  await page.getByRole('button', { name: new RegExp(`^${texts.time.range}`) }).click();
  const day = (iso: string) =>
    page.getByRole('button', {
      name: new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone: 'UTC' }).format(
        Date.parse(iso),
      ),
    });
  await page.getByRole('button', { name: texts.time.monthBefore }).click();
  await page.getByRole('button', { name: texts.time.monthAfter }).click();
  await day('2024-11-19').click();
  await day('2024-11-20').click();
  await page.getByRole('button', { name: texts.time.apply }).click();
  await expect(page).toHaveURL(/from=2024-11-18T15:00:00Z&to=2024-11-20T15:00:00Z/);
  await expect(logs.rows.first()).toContainText('orderId=10000');
});

test('chooses days and moves time by keys @desktop', async ({ logs, page, texts }) => {
  await logs.open();
  await expect(logs.rows.first()).toBeVisible();
  await page.keyboard.press('[');
  await expect(page).toHaveURL(/from=2024-11-19T16:42:40Z&to=2024-11-19T17:42:40Z/);
  await page.keyboard.press(']');
  await expect(page).toHaveURL(/from=2024-11-19T17:12:40Z&to=2024-11-19T18:12:40Z/);
  await page.getByRole('button', { name: new RegExp(`^${texts.time.range}`) }).press('Enter');
  await page.getByRole('button', { name: /20.*2024|2024.*20일/ }).focus();
  await page.keyboard.press('Home'); // Sunday, 17 November
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowLeft'); // Saturday, 23 November
  await page.keyboard.press('Enter');
  await page.getByLabel(texts.time.to, { exact: true }).press('Enter');
  await expect(page).toHaveURL(/from=2024-11-16T15:00:00Z&to=2024-11-23T15:00:00Z/);
});

test('shows this minute of yesterday, and the same time of other days', async ({
  logs,
  page,
  texts,
}) => {
  await logs.open();
  const choose = async (name: string) => {
    await page.getByRole('button', { name: new RegExp(`^${texts.time.range}`) }).click();
    await page.getByRole('button', { name }).click();
  };
  await choose(texts.time.minuteYesterday);
  await expect(page).toHaveURL(/from=2024-11-18T18:12:00Z&to=2024-11-18T18:13:00Z/);
  await choose(texts.time.sameLastWeek);
  await expect(page).toHaveURL(/from=2024-11-11T18:12:00Z&to=2024-11-11T18:13:00Z/);
});

test('reads again when asked and by itself', async ({ logs, page, texts }) => {
  const tag = `again${test.info().workerIndex}${test.info().project.name.replace(/\W/g, '')}`;
  const line = (n: number) => ({
    _time: new Date(now - 60_000).toISOString(),
    _msg: `${tag} ${n}`,
    'host.name': 'pay-api-01',
    'service.name': 'again',
  });
  await logs.server.send([line(1)]);
  await logs.open(`?q=${tag}`);
  await expect(logs.rows).toHaveCount(1);
  await logs.server.send([line(2)]);
  const range = page.getByRole('button', { name: new RegExp(`^${texts.time.range}`) });
  if (logs.phone) await range.click();
  await page.clock.setFixedTime(now + 1000);
  await page.getByRole('button', { name: texts.refresh.now, exact: true }).click();
  if (logs.phone) await page.keyboard.press('Escape');
  await expect(logs.rows).toHaveCount(2);

  if (logs.phone) await range.click();
  await page.getByRole('button', { name: texts.refresh.every, exact: true }).click();
  await page.getByRole('menuitem', { name: texts.refresh['5s'], exact: true }).click();
  await expect(page).toHaveURL(/refresh=5s/);
  await page.reload();
  await expect(logs.rows).toHaveCount(2);
  await logs.server.send([line(3)]);
  await page.clock.setFixedTime(now + 2000);
  await page.clock.fastForward(5000);
  await expect(logs.rows).toHaveCount(3);
});

test('counts down to the next try, greys the page, and reads it again when there is an answer @desktop', async ({
  logs,
  page,
  texts,
}) => {
  await logs.open();
  await expect(logs.rows.first()).toBeVisible();
  await page.route('**/api/v1/status', (route) => route.abort());
  const line = page.getByRole('alert').filter({ hasText: texts.connection.down });
  await page.clock.fastForward(5000); // the next look at the server
  await expect(line).toBeVisible();
  await expect(page.getByText(/reconnecting in \d s|\d초 뒤 다시 연결/)).toBeVisible();
  await expect(page.locator('#main > :last-child')).toHaveCSS('filter', 'grayscale(1)');
  await expect(logs.rows.first()).toBeVisible();
  await page.unroute('**/api/v1/status');
  const again = page.waitForRequest('**/api/v1/logs/query*');
  await page.clock.setFixedTime(now + 60_000);
  await page.getByRole('button', { name: texts.connection.tryNow }).click();
  await again;
  await expect(line).toHaveCount(0);
});

test('outlives a restart of the server @desktop', async ({ page, texts }) => {
  const server = await Server.start();
  try {
    const line = (n: number) => ({
      _time: new Date(now - 10_000 + n).toISOString(),
      _msg: `restart ${n}`,
      'host.name': 'pay-api-01',
      'service.name': 'restart',
    });
    await page.clock.setFixedTime(now);
    await server.send([line(1)]);
    await page.goto(`${server.url}/logs?q=restart`);
    const rows = recordRows(page);
    await expect(rows).toHaveCount(1);
    await server.kill();
    await page.clock.fastForward(5000); // the next look at the server
    await expect(page.getByRole('alert').filter({ hasText: texts.connection.down })).toBeVisible();
    await expect(rows).toHaveCount(1);
    await server.restart();
    await server.send([line(2)]);
    await page.clock.setFixedTime(now + 1000);
    await page.clock.fastForward(3000); // the next try
    await expect(rows).toHaveCount(2);
    await expect(page.getByRole('alert')).toHaveCount(0);
  } finally {
    await server.stop();
  }
});

test('goes to a stream, a value and a page from the palette by keys @desktop', async ({
  logs,
  page,
  texts,
}) => {
  await logs.open();
  await expect(logs.rows.first()).toBeVisible();
  await logs.query.focus();
  await page.keyboard.press('ControlOrMeta+k'); // works while text is typed
  const find = page.getByRole('combobox', { name: texts.palette.title });
  await expect(find).toBeFocused();
  await page.keyboard.type('edge nginx');
  const streams = page.getByRole('group', { name: texts.palette.group.streams });
  await expect(streams.getByRole('option')).toContainText(['pay-edge-01']);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/q=%7B|q=\{/);
  await expect(logs.rows.filter({ hasNotText: 'nginx-edge' })).toHaveCount(0);
  await page.reload();
  await expect(logs.rows.filter({ hasNotText: 'nginx-edge' })).toHaveCount(0);

  await page.keyboard.press('ControlOrMeta+k');
  await expect(find).toBeFocused(); // the page is new, and loads the palette
  await page.keyboard.type('severity debug');
  await page.keyboard.press('ArrowUp'); // to the last: search the words
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('option', { selected: true })).toContainText('_severity: debug');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/q=_severity:%3D%22debug%22/);

  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('zzqq');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/q=zzqq/);
  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.press('Escape');
  await expect(find).toHaveCount(0);
});

test('keeps what is typed while the palette loads @desktop', async ({ logs, page, texts }) => {
  let load = () => {};
  const wanted = new Promise<void>((resolve) => {
    load = resolve;
  });
  await page.route('**/assets/Palette-*.js', async (route) => {
    await wanted;
    await route.continue();
  });
  await logs.open();
  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('zz');
  const find = page.getByRole('combobox', { name: texts.palette.title });
  await expect(find).toHaveCount(0); // it loads
  await expect(page.getByRole('textbox', { name: texts.palette.title })).toHaveValue('zz');
  load();
  await expect(find).toHaveValue('zz');
  await page.keyboard.type('qq');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/q=zzqq/);
});

test('finds commands and recent queries in the palette', async ({ logs, page, texts }) => {
  await logs.open();
  await logs.search('"orderId=10021"');
  await expect(logs.rows).toHaveCount(1);
  await page.getByRole('button', { name: texts.palette.title }).click();
  const option = (text: string) => page.getByRole('option').filter({ hasText: text });
  await expect(option('"orderId=10021"')).toBeVisible();
  const find = page.getByRole('combobox', { name: texts.palette.title });
  await find.fill(texts.theme.title);
  const other =
    (await page.locator('html').getAttribute('data-theme')) === 'dark' ? 'light' : 'dark';
  await option(texts.theme[other]).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', other);

  await page.getByRole('button', { name: texts.palette.title }).click();
  await find.fill('utc');
  await option(texts.time.zone).first().click();
  await expect(page).toHaveURL(/tz=UTC/);
  await expect(logs.rows.first()).toContainText('18:09:09.000');
});

test('runs a saved query from the palette @desktop', async ({ logs, page, texts }) => {
  const name = `승인 17 ${test.info().workerIndex} ${test.info().project.name}`;
  const saved = await fetch(`${logs.server.url}/api/v1/saved-queries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, folder: 'web/payment', query: '"orderId=10017"' }),
  });
  expect(saved.ok, await saved.text()).toBe(true);
  await logs.open();
  await page.getByRole('button', { name: texts.palette.title }).click();
  await page.getByRole('combobox', { name: texts.palette.title }).fill(name);
  await page.getByRole('group', { name: texts.palette.group.saved }).getByRole('option').click();
  await expect(page).toHaveURL(/orderId%3D10017/);
  await expect(logs.rows).toHaveCount(1);
});

test('goes to pages by g and a letter, and lists all keys @desktop', async ({
  logs,
  page,
  texts,
  colorScheme,
}) => {
  await logs.open('?q=marker&from=now-24h');
  await expect(logs.rows).toHaveCount(6);
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page).toHaveURL(/\/sources\?from=now-24h$/);
  await page.keyboard.press('g');
  await page.keyboard.press('l');
  await expect(page).toHaveURL(/\/logs\?from=now-24h$/);
  await expect(page).not.toHaveURL(/live/); // the l was g's
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(texts.help.rows)).toBeVisible();
  await expect(dialog.getByText(texts.help.time)).toBeVisible();
  await page.keyboard.press('Escape');
  const html = page.locator('html');
  const other = colorScheme === 'dark' ? 'light' : 'dark';
  await expect(dialog).toBeHidden();
  // Keys rest until the dialog has given the focus back.
  await expect(async () => {
    await page.keyboard.press('t');
    await expect(html).toHaveAttribute('data-theme', other, { timeout: 1000 });
  }).toPass();
});
