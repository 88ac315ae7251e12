import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type en from '../locales/en';
import type later from '../locales/en/later';

export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

type Texts = typeof en & typeof later;

// Only the language that is shown is loaded.
const load: Readonly<Record<Language, () => Promise<{ default: unknown }>>> = {
  en: () => import('../locales/en'),
  ko: () => import('../locales/ko'),
};

// Behind the first paint: for all pages but the first.
const loadLater: Readonly<Record<Language, () => Promise<{ default: unknown }>>> = {
  en: () => import('../locales/en/later'),
  ko: () => import('../locales/ko/later'),
};
let laterToo = false;

const storageKey = 'haetae.language';
/** In place of a language in the storage: English in marks that show which text escaped translation. */
const pseudo = 'pseudo';

function isLanguage(value: unknown): value is Language {
  return value === 'en' || value === 'ko';
}

function stored(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

function browserLanguage(): Language {
  for (const tag of navigator.languages) {
    const language = tag.slice(0, 2);
    if (isLanguage(language)) return language;
  }
  return 'en';
}

async function loadTexts(language: Language): Promise<Texts> {
  const parts = [load[language](), ...(laterToo ? [loadLater[language]()] : [])];
  const all = (await Promise.all(parts)).map(({ default: texts }) => texts);
  const texts = Object.assign({}, ...all) as Texts;
  if (stored() !== pseudo) return texts;
  const { marked } = await import('./pseudo');
  return marked(texts) as Texts;
}

/** Sets up the texts: in the language chosen before, else the browser's, else English. */
export function initLanguage(): Promise<void> {
  started = start();
  return started;
}

let started: Promise<void> = Promise.resolve();

async function start(): Promise<void> {
  const choice = stored();
  const language = isLanguage(choice) ? choice : choice === pseudo ? 'en' : browserLanguage();
  const translation = await loadTexts(language);
  document.documentElement.lang = language;
  await i18next.use(initReactI18next).init({
    resources: { [language]: { translation } },
    lng: language,
    fallbackLng: false,
    interpolation: { escapeValue: false }, // React escapes
    initAsync: false,
  });
}

/** Loads the texts of the pages behind the first one; such a page waits for them. */
export async function loadLaterTexts(): Promise<void> {
  await started;
  if (laterToo) return;
  laterToo = true;
  const language = isLanguage(i18next.language) ? i18next.language : 'en';
  for (const known of languages) {
    // Another language that was shown before lacks them; it is loaded anew when it is chosen.
    if (known !== language) i18next.removeResourceBundle(known, 'translation');
  }
  i18next.addResourceBundle(language, 'translation', await loadTexts(language));
}

/** Returns a loader of a part of the console that needs those texts too. */
export function withLaterTexts<T>(load: () => Promise<T>): () => Promise<T> {
  return async () => {
    const [part] = await Promise.all([load(), loadLaterTexts()]);
    return part;
  };
}

/** Shows the console in a language and keeps the choice for the next visit. */
export async function chooseLanguage(language: Language): Promise<void> {
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // The choice then lasts as long as the page.
  }
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', await loadTexts(language));
  }
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: Texts };
  }
}
