import { createTheme } from '@mantine/core';

/** What the user chose; `system` follows the operating system. */
export type ThemeChoice = 'system' | 'dark' | 'light';
/** What is shown. */
export type ThemeName = 'dark' | 'light';

export const themeChoices: readonly ThemeChoice[] = ['system', 'dark', 'light'];

// public/theme.js reads the same key before the first paint.
const storageKey = 'haetae.theme';

/** Returns the stored choice, `system` when there is none or storage is forbidden. */
export function readThemeChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(storageKey);
    return stored === 'dark' || stored === 'light' ? stored : 'system';
  } catch {
    return 'system';
  }
}

/** Keeps the choice for the next visit. */
export function writeThemeChoice(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, choice);
  } catch {
    // The choice then lasts as long as the page.
  }
}

/** Mantine draws with our tokens (theme/mantine.css); here is only what it needs in script. */
export const mantineTheme = createTheme({
  fontFamily: 'var(--font-ui)',
  fontFamilyMonospace: 'var(--font-mono)',
  cursorType: 'pointer',
  respectReducedMotion: true,
});
