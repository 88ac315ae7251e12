import type { BrowserContext, Page } from '@playwright/test';
import { seriousViolations } from './axe';
import { expect, hour, now, recordRows, test } from './console';
import { Server } from './server';

const admin = { name: 'admin', password: 'correct horse battery 9 staple' };
const second = 'another horse, another battery 7';

/** Makes the first administrator, who is then signed in on the page. */
async function asAdmin(page: Page, server: Server): Promise<void> {
  const made = await page.request.post(`${server.url}/api/v1/setup`, {
    headers: { Origin: server.url },
    data: { token: server.setup, ...admin },
  });
  expect(made.status(), await made.text()).toBe(200);
}

/** Signs somebody in for the first time, with the password that was made, which must be changed. */
async function asNew(context: BrowserContext, server: Server, name: string, password: string) {
  const headers = { Origin: server.url };
  const session = await context.request.post(`${server.url}/api/v1/session`, {
    headers,
    data: { name, password },
  });
  expect(session.status(), await session.text()).toBe(200);
  const changed = await context.request.put(`${server.url}/api/v1/account/password`, {
    headers,
    data: { old: password, new: second },
  });
  expect(changed.status(), await changed.text()).toBe(204);
}

async function fits(page: Page): Promise<void> {
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(over, 'scrolls sideways').toBe(0);
  expect(await seriousViolations(page)).toEqual([]);
}

test('shows a viewer of a team its records alone, and masked', async ({
  page,
  browser,
  texts,
  locale,
}) => {
  const server = await Server.start();
  const { access, me } = texts;
  try {
    await server.send(hour());
    await asAdmin(page, server);
    await page.clock.setFixedTime(now);

    // A team, with how much it sees now.
    await page.goto(`${server.url}/access?list=teams&make=1`);
    let panel = page.getByRole('dialog', { name: access.teams.add });
    await panel.getByLabel(access.teams.code).fill('edge');
    await panel.getByLabel(access.teams.name, { exact: true }).fill('Edge');
    await panel.getByLabel(access.grant.stream).fill('{service.name="nginx-edge"');
    await expect(panel.getByRole('alert')).toBeVisible();
    // What is refused in saving is refused while it is typed, at its place, and names nothing that nobody typed.
    await panel.getByLabel(access.grant.stream).fill('service.name:a');
    await expect(panel.getByRole('alert')).toContainText(texts.query.said.streams_only);
    await panel.getByLabel(access.grant.stream).fill('{app=');
    await expect(panel.getByRole('alert')).toContainText(
      texts.problem.column.replace('{{column}}', '6'),
    );
    await expect(panel.getByRole('alert')).not.toContainText('|');
    await panel.getByLabel(access.grant.stream).fill('{service.name="nginx-edge"}');
    await expect(panel.getByRole('status')).toContainText('90');
    await fits(page);
    await panel.getByRole('button', { name: access.teams.addNow, exact: true }).click();
    await expect(page.getByRole('row', { name: /edge/ })).toContainText('nginx-edge');

    // A user of it, with a password that is shown once.
    await page.goto(`${server.url}/access?make=1`);
    panel = page.getByRole('dialog', { name: access.users.add });
    await panel.getByLabel(access.users.name, { exact: true }).fill('jane');
    await expect(panel.getByText(access.scope.nothing)).toBeVisible();
    await panel.getByLabel('Edge').check();
    await expect(panel.getByText('{service.name="nginx-edge"}')).toBeVisible();
    await panel.getByRole('button', { name: access.users.addNow, exact: true }).click();
    const password = (await panel.getByRole('status').locator('code').textContent()) ?? '';
    expect(password.length).toBeGreaterThan(11);
    await panel.getByRole('button', { name: access.done }).click();
    await expect(page.getByRole('row', { name: /jane/ })).toContainText(
      access.users.states.mustChange,
    );
    await expect(page.getByText(password)).toHaveCount(0);
    await fits(page);

    // A field that viewers see masked.
    await page.goto(`${server.url}/access?list=roles`);
    const viewers = page.getByRole('group', { name: texts.role.viewer });
    await viewers.getByRole('button', { name: access.masks.add }).click();
    await page.getByRole('combobox', { name: access.masks.field }).fill('order_id');
    await page.getByRole('option', { name: /order_id/ }).click();
    await expect(viewers.getByText('order_id')).toBeVisible();
    await fits(page);

    // The administrator looks as the viewer, and comes back.
    const rows = recordRows(page);
    await page.getByRole('button', { name: access.roles.seeAs }).click();
    await expect(page).toHaveURL(/\/logs/);
    await expect(rows.first()).toContainText('took=');
    await expect(rows.first()).not.toContainText(/orderId=\d{5}/);
    await page.getByRole('button', { name: me.leaveView }).click();
    await expect(rows.first()).toContainText(/orderId=\d{5}/);

    // The viewer itself sees the same, and no page of access.
    const context = await browser.newContext({
      locale: locale ?? 'en-US',
      viewport: page.viewportSize(),
    });
    await asNew(context, server, 'jane', password);
    const own = await context.newPage();
    await own.clock.setFixedTime(now);
    await own.goto(`${server.url}/logs`);
    await expect(recordRows(own).first()).toContainText('took=');
    await expect(recordRows(own).first()).not.toContainText(/orderId=\d{5}/);
    await expect(own.getByRole('link', { name: texts.pages.access })).toHaveCount(0);
    await own.goto(`${server.url}/access`);
    await expect(own.getByText(texts.denied.title)).toBeVisible();
    const listed = await context.request.get(`${server.url}/api/v1/users`);
    expect(listed.status()).toBe(403);
    await context.close();
  } finally {
    await server.stop();
  }
});

test('makes a token, which works until it is revoked', async ({ page, texts }) => {
  const server = await Server.start();
  const { tokens } = texts.access;
  try {
    await asAdmin(page, server);
    await page.goto(`${server.url}/access?list=tokens&make=1`);
    const panel = page.getByRole('dialog', { name: tokens.add });
    await panel.getByLabel(tokens.name, { exact: true }).fill('vector');
    await panel.getByRole('button', { name: tokens.addNow, exact: true }).click();
    const secret = (await panel.getByRole('status').locator('code').textContent()) ?? '';
    expect(secret).toMatch(/^hae_/);
    for (const shipper of ['Vector', 'Fluent Bit', 'OTel Collector', 'Filebeat', 'curl']) {
      await panel.getByRole('radio', { name: shipper, exact: true }).check();
      await expect(panel.locator('pre', { hasText: secret })).toHaveCount(1);
    }
    await fits(page);
    await panel.getByRole('button', { name: texts.access.done }).click();

    const send = () =>
      fetch(`${server.url}/insert/jsonline?_stream_fields=host.name`, {
        method: 'POST',
        headers: { Authorization: `Basic ${btoa(`token:${secret}`)}` },
        body: JSON.stringify({ _msg: 'sent with a token', 'host.name': 'web-1' }),
      });
    expect((await send()).status).toBe(200);
    const read = await fetch(`${server.url}/api/v1/logs/query?query=*`, {
      headers: { Authorization: `Bearer ${secret}` },
    });
    expect(read.status, 'a token that sends reads nothing').toBe(403);

    await page.reload();
    await page
      .getByRole('row', { name: /vector/ })
      .getByRole('link')
      .click();
    const known = page.getByRole('dialog', { name: 'vector' });
    await expect(known).toContainText('127.0.0.1');
    await known.getByRole('button', { name: tokens.revoke }).click();
    await page
      .getByRole('dialog', { name: tokens.ask.replace('{{name}}', 'vector') })
      .getByRole('button', { name: tokens.revoke })
      .click();
    await expect(page.getByText(tokens.empty)).toBeVisible();
    expect((await send()).status).toBe(401);
  } finally {
    await server.stop();
  }
});

test('asks before who made a token goes, whatever the name is by then', async ({ page, texts }) => {
  const server = await Server.start();
  const { users } = texts.access;
  try {
    await asAdmin(page, server);
    const headers = { Origin: server.url };
    const api = (path: string) => `${server.url}/api/v1/${path}`;
    const token = { name: 'vector', role: 'ingest' };
    await page.request.post(api('tokens'), { headers, data: token });
    const { id } = (await (await page.request.get(api('me'))).json()) as { id: string };
    const renamed = { name: 'boss', role: 'admin', revision: 1 };
    const change = await page.request.put(api(`users/${id}`), { headers, data: renamed });
    expect(change.status(), await change.text()).toBe(200);
    // Another one gets the name, and none of the tokens.
    const made = await page.request.post(api('users'), {
      headers,
      data: { name: admin.name, role: 'admin' },
    });
    const other = (await made.json()) as { id: string };
    for (const [open, name, lists] of [
      [id, 'boss', true],
      [other.id, admin.name, false],
    ] as const) {
      await page.goto(`${server.url}/access?open=${open}`);
      const panel = page.getByRole('dialog', { name, exact: true });
      await panel.getByRole('button', { name: users.act.delete }).click();
      const asked = page.getByRole('dialog', { name: users.ask.delete.replace('{{name}}', name) });
      await expect(asked).toContainText(users.then.delete);
      await expect(asked.getByText('vector')).toHaveCount(lists ? 1 : 0);
    }
    await page.goto(`${server.url}/access?list=tokens`);
    await expect(page.getByRole('row', { name: /vector/ })).toContainText('boss');
  } finally {
    await server.stop();
  }
});

test('finds what was done in the audit trail, and that the trail is whole', async ({
  page,
  texts,
}) => {
  const server = await Server.start();
  const { audit, users, conflict, save } = texts.access;
  try {
    await asAdmin(page, server);
    const data = { name: 'kim', role: 'viewer' };
    const headers = { Origin: server.url };
    const answer = await page.request.post(`${server.url}/api/v1/users`, { headers, data });
    const kim = (await answer.json()) as { id: string; revision: number };

    // Somebody else was faster: what was written stays until the other's is loaded.
    await page.goto(`${server.url}/access?open=${kim.id}`);
    const panel = page.getByRole('dialog', { name: 'kim' });
    await panel.getByLabel(users.fullName).fill('Kim');
    const change = { ...data, role: 'operator', revision: kim.revision };
    const url = `${server.url}/api/v1/users/${kim.id}`;
    expect((await page.request.put(url, { headers, data: change })).status()).toBe(200);
    await panel.getByRole('button', { name: save, exact: true }).click();
    await expect(panel.getByText(conflict.title)).toBeVisible();
    await expect(panel.getByLabel(users.fullName)).toHaveValue('Kim');
    await panel.getByRole('button', { name: conflict.load }).click();
    await expect(panel.getByLabel(users.role)).toHaveValue('operator');
    await expect(panel.getByLabel(users.fullName)).toHaveValue('');

    await page.goto(`${server.url}/access?list=audit`);
    await page.getByLabel(audit.find.action).fill('user.change');
    await page.getByRole('button', { name: audit.search, exact: true }).click();
    await expect(page).toHaveURL(/action=user\.change/);
    const table = page.getByRole('table', { name: texts.access.tabs.audit });
    await expect(table.getByRole('row', { name: /user\.change/ }).first()).toContainText('kim');
    await expect(table.getByRole('row', { name: /user\.add/ })).toHaveCount(0);
    await fits(page);

    await table
      .getByRole('row', { name: /user\.change/ })
      .last()
      .getByRole('link')
      .click();
    const entry = page.getByRole('dialog', { name: 'user.change' });
    const role = entry.getByRole('row', { name: /role/ });
    await expect(role).toContainText('viewer');
    await expect(role).toContainText('operator');
    await fits(page);
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: audit.verify }).click();
    await expect(page.getByRole('main').getByRole('status')).toContainText(
      audit.whole_other.split('{{n}}')[0] ?? '',
    );
    const file = page.waitForEvent('download');
    await page.getByRole('link', { name: audit.export }).click();
    expect((await file).suggestedFilename()).toMatch(/audit.*\.jsonl$/);
  } finally {
    await server.stop();
  }
});
