import type { Page } from '@playwright/test';
import type { Server } from './server';

const batch = 5000; // rows in one request

/** Sends rows one millisecond apart, the newest at `end`; each has its number, from the oldest. */
export async function fill(server: Server, count: number, end: number): Promise<void> {
  const send = async (from: number) => {
    const lines: string[] = [];
    for (let i = from; i < Math.min(count, from + batch); i++) {
      const time = new Date(end - (count - 1 - i)).toISOString();
      lines.push(
        `{"_time":"${time}","_msg":"line=${i}. took ${i % 977}ms","host.name":"pay-api-0${i % 4}","service.name":"pay"}`,
      );
    }
    await post(server, lines.join('\n'));
  };
  const workers = Array.from({ length: 4 }, async (_, worker) => {
    for (let from = worker * batch; from < count; from += 4 * batch) await send(from);
  });
  await Promise.all(workers);
}

/** Sends lines of now at a rate until the time is over; returns how many. */
export async function flow(server: Server, perSecond: number, seconds: number): Promise<number> {
  const pieces = 10; // a second
  const end = Date.now() + seconds * 1000;
  let sent = 0;
  for (let due = Date.now(); due < end; due += 1000 / pieces) {
    const wait = due - Date.now();
    if (wait > 0) await new Promise((done) => setTimeout(done, wait));
    const time = new Date().toISOString();
    const lines = Array.from(
      { length: perSecond / pieces },
      (_, i) =>
        `{"_time":"${time}","_msg":"GET /v2/approvals/${sent + i} 200 took=${i}ms","level":"info","host.name":"pay-edge-0${i % 4}","service.name":"edge"}`,
    );
    await post(server, lines.join('\n'));
    sent += lines.length;
  }
  return sent;
}

async function post(server: Server, body: string): Promise<void> {
  const to = `${server.url}/insert/jsonline?_stream_fields=host.name,service.name`;
  const response = await fetch(to, { method: 'POST', body });
  if (!response.ok) throw new Error(`cannot send: ${response.status} ${await response.text()}`);
}

/** Counts the page's long tasks from now on: those that keep it from answering for 50 ms or more. */
export async function watchTasks(
  page: Page,
): Promise<() => Promise<{ n: number; longest: number }>> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    }).observe({ type: 'longtask' });
    Object.assign(window, { longTasks: tasks });
  });
  return () =>
    page.evaluate(() => {
      const tasks = (window as unknown as { longTasks: number[] }).longTasks;
      return { n: tasks.length, longest: Math.round(Math.max(0, ...tasks)) };
    });
}

/** Returns the bytes that the page's JavaScript holds once what it let go is gone. */
export async function heap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}
