// Opens a console page with an empty cache N times and prints the medians of what a person waits for and what is loaded.
//   make bench-web                                     Haetae as built, on a free port over an empty folder
//   PEER_URL=http://127.0.0.1:9428/select/vmui/ make bench-web   another page as well, in the same minutes, turn by turn
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { chromium } = createRequire(join(root, 'web', 'package.json'))('@playwright/test');

const loads = Number(process.env.LOADS ?? 15);
const settle = 1500; // ms after the first paint in which later parts are still counted as loaded

/** Starts Haetae and returns its address and how to stop it. */
async function startServer() {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-bench-web-'));
  const settings = [
    `data=${join(folder, 'data')}`,
    ...[
      'http.listen',
      'inputs.syslog.udp',
      'inputs.syslog.tcp',
      'inputs.otlp.grpc',
      'inputs.otlp.http',
    ].map((key) => `${key}=127.0.0.1:0`),
  ];
  const words = ['server', ...settings.flatMap((setting) => ['--set', setting])];
  const child = spawn(join(root, 'build', 'haetae'), words, {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit'),
  ]);
  if (typeof line !== 'string') throw new Error('haetae did not start; run "make build" first');
  return {
    url: `http://${JSON.parse(line).http}/logs`,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Opens a page in a browser context of its own, which has an empty cache. */
async function load(browser, url) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
  });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  const kinds = new Map();
  const bytes = { script: 0, other: 0 };
  session.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytes[kinds.get(requestId) === 'Script' ? 'script' : 'other'] += encodedDataLength;
  });
  await page.goto(url, { waitUntil: 'load' });
  const paint = await page.evaluate(
    () =>
      new Promise((done) => {
        new PerformanceObserver((list) => {
          const entry = list.getEntriesByName('first-contentful-paint')[0];
          if (entry) done(entry.startTime);
        }).observe({ type: 'paint', buffered: true });
      }),
  );
  const first = await page.evaluate(
    (until) =>
      performance
        .getEntriesByType('resource')
        .filter(({ name, responseEnd }) => name.endsWith('.js') && responseEnd <= until)
        .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
    paint,
  );
  await page.waitForTimeout(settle);
  await context.close();
  return { paint, first, ...bytes };
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

const server = await startServer();
const browser = await chromium.launch({
  executablePath:
    process.env.CHROMIUM ??
    ['/usr/bin/chromium', '/usr/bin/chromium-headless-shell'].find((path) => existsSync(path)),
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const pages = [['haetae', server.url]];
  if (process.env.PEER_URL) pages.push(['peer', process.env.PEER_URL]);
  const results = new Map(pages.map(([name]) => [name, []]));
  await load(browser, server.url); // the browser itself warms up
  for (let i = 0; i < loads; i++) {
    for (const [name, url] of pages) results.get(name).push(await load(browser, url));
  }
  console.log(`median of ${loads} cold loads, 1440x900, loopback`);
  for (const [name, url] of pages) {
    const of = (key) => median(results.get(name).map((one) => one[key]));
    console.log(
      `${name.padEnd(7)} first paint ${Math.round(of('paint'))} ms, JavaScript ${Math.round(of('first') / 1000)} kB by then and ${Math.round(of('script') / 1000)} kB in all, other ${Math.round(of('other') / 1000)} kB transferred  ${url}`,
    );
  }
} finally {
  await browser.close();
  await server.stop();
}
