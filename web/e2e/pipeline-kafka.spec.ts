import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { seriousViolations } from './axe';
import { expect, hour, test } from './console';
import { Ground } from './ground';
import { Server } from './server';

const screens = join(import.meta.dirname, '..', 'test-results', 'screens');
const partitions = 4;
// The audit trail has a topic of one partition, which the first keeps.
const all = partitions + 1;
// The session is over after 6 s; asking the dead and sharing out anew take a few more.
const takeover = { timeout: 30_000 };

function portOf(server: Server): string {
  return `:${new URL(server.url).port}`;
}

test('shows partitions move when a process comes and when one is lost @desktop', async ({
  page,
  texts,
}) => {
  test.setTimeout(180_000);
  const ground = await Ground.start();
  if ('missing' in ground) {
    expect(process.env.CI, ground.missing).not.toBe('true');
    test.skip(true, ground.missing);
    return;
  }
  const settings = [
    ...ground.settings,
    `queue.partitions=${partitions}`,
    'queue.session.timeout.ms=6000',
  ];
  const servers: Server[] = [];
  const begin = async () => {
    const server = await Server.start({ settings });
    servers.push(server);
    return server;
  };
  const { pipeline } = texts;
  const readers = page.getByRole('region', { name: pipeline.readers.title });
  const rowOf = (server: Server) => readers.getByRole('row').filter({ hasText: portOf(server) });
  const cellsOf = (row: Locator) => row.getByRole('link');
  try {
    const first = await begin();
    await first.send(hour());
    await page.goto(`${first.url}/pipeline`);
    await expect(cellsOf(rowOf(first))).toHaveCount(all);

    const second = await begin();
    await expect(cellsOf(rowOf(second))).toHaveCount(partitions / 2, takeover);
    await expect(cellsOf(rowOf(first))).toHaveCount(all - partitions / 2);
    await expect(page.getByRole('region', { name: pipeline.brokers.title })).toContainText(
      '127.0.0.1:',
    );

    await second.kill();
    const verdict = page.getByRole('region', { name: pipeline.verdict.label });
    await expect(rowOf(second)).toContainText(pipeline.member.silent, takeover);
    await expect(rowOf(second)).toContainText(pipeline.member.gone, takeover);
    await expect(cellsOf(rowOf(first))).toHaveCount(all, takeover);
    await expect(rowOf(second).getByRole('img')).toHaveCount(partitions / 2);
    await expect(verdict).toContainText(portOf(second));

    const timeline = page.getByRole('region', { name: pipeline.timeline.title });
    const lost = timeline.getByRole('listitem').filter({ hasText: portOf(second) });
    await expect(lost.getByRole('img')).toHaveAccessibleName(
      new RegExp(`${pipeline.timeline.kind.gone}.*${pipeline.timeline.kind.silent}`),
    );
    mkdirSync(screens, { recursive: true });
    await page.screenshot({ path: join(screens, 'pipeline-kafka.png'), fullPage: true });
    expect(await seriousViolations(page)).toEqual([]);

    await verdict.getByRole('button').click();
    const events = page.getByRole('dialog', { name: pipeline.events.title });
    await expect(events.getByRole('listitem').filter({ hasText: portOf(second) })).not.toHaveCount(
      0,
    );
    await page.keyboard.press('Escape');

    // By keyboard: to the first partition and into its details.
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const detail = page.getByRole('dialog', {
      name: pipeline.partition.title.replace('{{n}}', '0'),
    });
    await expect(detail).toContainText(portOf(first));
    await page.keyboard.press('Escape');
    await expect(detail).toHaveCount(0);

    await page.setViewportSize({ width: 390, height: 844 });
    const sideways = () =>
      page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
    expect(await sideways()).toBe(0);
    expect(await seriousViolations(page)).toEqual([]);
  } finally {
    for (const server of servers) await server.stop();
    await ground.stop();
  }
});
