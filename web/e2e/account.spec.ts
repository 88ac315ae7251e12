import { admin, asAdmin, expect, signInByAPI, test, totp } from './account';
import { seriousViolations } from './axe';
import { Server } from './server';

const step = 30_000; // of TOTP, in ms

test('leads from the link of the terminal to the first administrator @looks', async ({
  page,
  texts,
}) => {
  const server = await Server.start();
  const link = `${server.url}/setup?token=${server.setup}`;
  const { setup, signin, account, me } = texts;
  try {
    // Until then the machine itself may read, and is told so.
    await page.goto(`${server.url}/logs`);
    await expect(page.getByText(me.setup)).toBeVisible();
    await page.getByRole('button', { name: me.setupHow }).click();
    await expect(page.getByRole('dialog')).toContainText(setup.link);

    await page.goto(link);
    await expect(page.getByRole('heading', { name: setup.title })).toBeVisible();
    expect(await seriousViolations(page)).toEqual([]);
    const create = page.getByRole('button', { name: setup.create });
    const password = page.getByLabel(signin.password, { exact: true });
    await password.fill('short');
    await expect(create).toBeDisabled();
    await password.fill('1234567890');
    await create.click();
    await expect(page.getByRole('alert')).toBeVisible(); // everybody uses that one
    await password.fill(admin.password);
    await create.click();
    await expect(page.getByRole('heading', { name: setup.done })).toBeVisible();
    await expect(page).toHaveURL(/\/setup\?done=1$/); // the token is not left in the history
    expect(await seriousViolations(page)).toEqual([]);

    await page.getByRole('link', { name: setup.steps.factorGo }).click();
    await expect(page.getByRole('dialog', { name: account.factor.title })).toBeVisible();

    // The link is used up, and nobody else reads.
    await page.context().clearCookies();
    await page.goto(link);
    await expect(page.getByRole('heading', { name: setup.there })).toBeVisible();
    const refused = await fetch(`${server.url}/api/v1/logs/query?query=*`);
    expect(refused.status).toBe(401);
  } finally {
    await server.stop();
  }
});

test('asks to sign in and goes on where one was @looks', async ({ page, signIn, texts }) => {
  await page.goto(`${signIn.server.url}/logs?q=marker&tz=UTC`);
  await expect(page).toHaveURL(/\/signin\?back=/);
  expect(await seriousViolations(page)).toEqual([]);
  const submit = page.getByRole('button', { name: texts.signin.submit, exact: true });
  const place = await submit.boundingBox();
  await signIn.send(admin.name, 'wrong password');
  await expect(page.getByRole('alert')).toHaveText(texts.signin.wrong);
  expect(await submit.boundingBox(), 'moves nothing').toEqual(place);
  expect(await seriousViolations(page)).toEqual([]);
  await signIn.send('nobody', 'wrong password');
  await expect(page.getByRole('alert')).toHaveText(texts.signin.wrong); // tells no names apart
  await signIn.send(admin.name, admin.password);
  await expect(page).toHaveURL(/\/logs\?(?=.*q=marker)(?=.*tz=UTC)/);
});

test('never leads elsewhere after signing in @desktop', async ({ page, signIn }) => {
  await signIn.open('/signin?back=//example.com/');
  await signIn.send(admin.name, admin.password);
  await expect(page).toHaveURL(new RegExp(`^${signIn.server.url}/(?:logs)?$`));
});

test('counts down when too many attempts failed', async ({ page, signIn, texts }) => {
  await signIn.open();
  const { signin } = texts;
  const submit = page.getByRole('button', { name: signin.submit, exact: true });
  const throttled = page.getByRole('alert').filter({ hasText: signin.throttled });
  for (let i = 0; i < 12 && !(await throttled.isVisible()); i += 1) {
    const answer = page.waitForResponse('**/api/v1/session');
    await signIn.send(admin.name, `wrong password ${i}`);
    await answer;
    await expect(page.getByRole('alert')).toBeVisible();
  }
  await expect(throttled).toContainText(/\d+:\d\d/);
  await expect(submit).toBeDisabled();
  await expect(throttled).toContainText(signin.waited);
  await expect(submit).toBeEnabled();
});

test('signs in with a second factor, and a recovery code in its place', async ({
  page,
  signIn,
  texts,
}) => {
  const { account, signin, me } = texts;
  await signIn.open('/signin?back=/account');
  await signIn.send(admin.name, admin.password);
  await page.getByRole('button', { name: account.factor.begin }).click();
  const panel = page.getByRole('dialog', { name: account.factor.title });
  await panel.getByLabel(account.password.old).fill('wrong password');
  await panel.getByRole('button', { name: account.factor.begin }).click();
  await expect(panel.getByRole('alert')).toHaveText(account.password.wrong);
  await panel.getByLabel(account.password.old).fill(admin.password);
  await panel.getByRole('button', { name: account.factor.begin }).click();
  await expect(panel.getByRole('img', { name: account.factor.image })).toBeVisible();
  const secret = (await panel.getByText(/^[A-Z2-7 ]{32,}$/).innerText()).replaceAll(' ', '');
  expect(await seriousViolations(page)).toEqual([]);
  const code = panel.getByLabel(account.factor.code);
  await code.fill('000000');
  await panel.getByRole('button', { name: account.factor.confirm }).click();
  await expect(panel.getByRole('alert')).toHaveText(signin.wrongCode);
  const used = Date.now();
  await code.fill(totp(secret, used));
  await panel.getByRole('button', { name: account.factor.confirm }).click();
  const codes = panel.getByRole('list', { name: account.codes.title }).getByRole('listitem');
  await expect(codes).toHaveCount(10);
  const recovery = await codes.first().innerText();
  const saved = page.waitForEvent('download');
  await panel.getByRole('button', { name: account.codes.download }).click();
  expect((await saved).suggestedFilename()).toBe('haetae-recovery-codes.txt');
  await panel.getByRole('button', { name: account.codes.kept }).click();
  await expect(panel).toHaveCount(0);
  await expect(page.getByText(account.factor.on, { exact: true })).toBeVisible();

  await page.context().clearCookies();
  await signIn.open();
  await signIn.send(admin.name, admin.password);
  await expect(page.getByLabel(signin.code)).toBeFocused();
  await signIn.code(totp(secret, used)); // was used to confirm
  await expect(page.getByRole('alert')).toHaveText(signin.wrongCode);
  await signIn.code(totp(secret, used + step));
  await expect(page).toHaveURL(/\/logs|\/$/);

  await page.context().clearCookies();
  await signIn.open();
  await signIn.send(admin.name, admin.password);
  await page.getByRole('button', { name: signin.useRecovery }).click();
  await page.getByLabel(signin.recoveryCode).fill(recovery);
  await signIn.submit();
  await expect(page).toHaveURL(/\/logs|\/$/);
  await expect(page.getByText(me.ended)).toHaveCount(0);
});

test('signs out everywhere else, and here', async ({ page, signIn, texts }) => {
  const { account } = texts;
  const other = await signInByAPI(signIn.server, admin.name, admin.password);
  const ask = () => fetch(`${signIn.server.url}/api/v1/status`, { headers: { Cookie: other } });
  expect((await ask()).status).toBe(200);
  await signIn.open('/signin?back=/account');
  await signIn.send(admin.name, admin.password);
  const sessions = page.getByRole('region', { name: account.sessions.title });
  const rows = sessions.getByRole('row').filter({ has: page.getByRole('button') });
  await expect(rows.first()).toContainText(account.sessions.here);
  expect(await rows.count()).toBeGreaterThan(1);
  await sessions.getByRole('button', { name: account.sessions.endOthers }).click();
  await expect(rows).toHaveCount(1);
  expect((await ask()).status).toBe(401);
  expect(await seriousViolations(page)).toEqual([]);
  await rows.getByRole('button').click();
  await expect(page).toHaveURL(/\/signin$/);
});

test('changes the password', async ({ page, signIn, texts }) => {
  const { account } = texts;
  await signIn.open('/signin?back=/account?change=password');
  await signIn.send(admin.name, admin.password);
  const panel = page.getByRole('dialog', { name: account.password.title });
  await panel.getByLabel(account.password.old).fill(admin.password);
  await panel.getByLabel(account.password.new).fill('another horse battery');
  await panel.getByRole('button', { name: account.password.change }).click();
  await expect(panel).toHaveCount(0);
  await expect(signInByAPI(signIn.server, admin.name, admin.password)).rejects.toThrow();
  await signInByAPI(signIn.server, admin.name, 'another horse battery');
});

test('lets a viewer choose a password first, and shows no settings then', async ({
  page,
  signIn,
  texts,
}) => {
  const { account, system, pages, denied, permission, shell } = texts;
  const viewer = { name: 'viewer', role: 'viewer', everything: true, full_name: '', email: '' };
  const body = { ...viewer, teams: [] };
  const made = await asAdmin(signIn.server, 'POST', '/api/v1/users', body);
  const { password } = made as { password: string };
  await signIn.open('/signin?back=/system');
  await signIn.send(viewer.name, password);
  await expect(page).toHaveURL(/\/account\?change=password/);
  const panel = page.getByRole('dialog', { name: account.password.title });
  await expect(panel.getByText(account.mustChange)).toBeVisible(); // on a phone it covers the page
  await panel.getByLabel(account.password.old).fill(password);
  await panel.getByLabel(account.password.new).fill('one of my own now');
  await panel.getByRole('button', { name: account.password.change }).click();
  await expect(page.getByText(account.mustChange)).toHaveCount(0);

  const navigation = page.getByRole('navigation', { name: shell.navigation });
  await navigation.getByRole('link', { name: pages.system }).click();
  await expect(page.getByRole('link', { name: system.tabs.overview })).toBeVisible();
  await expect(page.getByRole('region', { name: system.retention.title })).toBeVisible();
  await expect(page.getByRole('button', { name: system.retention.edit })).toHaveCount(0);
  await expect(page.getByRole('link', { name: system.tabs.config })).toHaveCount(0);
  await page.goto(`${signIn.server.url}/system?part=config`);
  await expect(page.getByText(denied.title)).toBeVisible();
  await expect(page.getByText(permission.settings)).toBeVisible();
  await page.goto(`${signIn.server.url}/access`);
  await expect(page.getByText(denied.title)).toBeVisible();
});

test('asks to sign in again over the page, which keeps what was typed @desktop', async ({
  page,
  signIn,
  texts,
}) => {
  const { me, logs } = texts;
  await signIn.open();
  await signIn.send(admin.name, admin.password);
  await expect(page).not.toHaveURL(/signin/);
  await page.goto(`${signIn.server.url}/logs`);
  await expect(page.locator('.cm-content')).toBeVisible();
  const query = page.getByLabel(logs.query.label, { exact: true });
  await query.press('ControlOrMeta+a');
  await page.keyboard.insertText('half a quer');
  await page.context().clearCookies();
  const dialog = page.getByRole('dialog', { name: me.ended });
  await expect(dialog).toBeVisible({ timeout: 20_000 }); // the status is asked every five seconds
  await expect(dialog.getByLabel(texts.signin.name)).toHaveValue(admin.name);
  expect(await seriousViolations(page)).toEqual([]);
  await dialog.getByLabel(texts.signin.password, { exact: true }).fill(admin.password);
  await dialog.getByRole('button', { name: texts.signin.submit }).click();
  await expect(dialog).toHaveCount(0);
  await expect(query).toHaveText('half a quer');
  await expect(page.getByText(me.ended)).toHaveCount(0);
});
