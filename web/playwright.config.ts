import { existsSync } from 'node:fs';
import { defineConfig, devices } from '@playwright/test';

// Debian's Chromium; the one that has no windows draws a page for two thirds of the time.
const shell = '/usr/bin/chromium-headless-shell';
const chromium = process.env.CHROMIUM ?? (existsSync(shell) ? shell : '/usr/bin/chromium');

type Language = 'en' | 'ko';
const locales = { en: 'en-US', ko: 'ko-KR' };

const looks = /@looks/; // differ by language, theme or width, and run in all four
const desktopOnly = /@desktop/; // keys, drags of a mouse, and what no width changes
const loads = /@load/; // heavy, and the same in all languages and themes

// Pages of the real binary in the system's Chromium. Behaviour is tried on an English desktop and, where the layout matters, on a
// Korean phone; how pages look in both languages, themes and layouts. The zone is fixed here, the clock in each test.
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  // A machine of CI has other work too; what passes only again is reported as flaky.
  retries: process.env.CI ? 2 : 0,
  timeout: 60_000,
  expect: { timeout: 15_000 }, // two cores may have more to do than this
  reporter: 'list',
  use: {
    timezoneId: 'Asia/Seoul',
    // To record costs a third of the time, so in CI only what failed is recorded as it runs again.
    trace: process.env.CI ? 'on-first-retry' : 'retain-on-failure',
    launchOptions: {
      executablePath: chromium,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    },
  },
  projects: [
    desktop('en', 'dark'),
    { ...desktop('ko', 'light'), grep: looks },
    { ...phone('en', 'light'), grep: looks },
    phone('ko', 'dark'),
  ],
});

function desktop(language: Language, colorScheme: 'dark' | 'light') {
  const viewport = { width: 1440, height: 900 };
  return {
    name: `1440 ${language} ${colorScheme}`,
    use: { viewport, locale: locales[language], colorScheme },
  };
}

function phone(language: Language, colorScheme: 'dark' | 'light') {
  const { userAgent, deviceScaleFactor, isMobile, hasTouch } = devices['Pixel 5'];
  return {
    name: `390 ${language} ${colorScheme}`,
    grepInvert: [desktopOnly, loads],
    use: {
      viewport: { width: 390, height: 844 },
      userAgent,
      deviceScaleFactor,
      isMobile,
      hasTouch,
      locale: locales[language],
      colorScheme,
    },
  };
}
