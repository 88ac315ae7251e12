import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from '../locales/en';
import ko from '../locales/ko';

export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

const storageKey = 'haetae.language';

function isLanguage(value: unknown): value is Language {
  return value === 'en' || value === 'ko';
}

function storedLanguage(): Language | null {
  try {
    const stored = localStorage.getItem(storageKey);
    return isLanguage(stored) ? stored : null;
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

/** Sets up the texts: in the language chosen before, else the browser's, else English. */
export function initLanguage(): void {
  const language = storedLanguage() ?? browserLanguage();
  document.documentElement.lang = language;
  void i18next.use(initReactI18next).init({
    resources: { en: { translation: en }, ko: { translation: ko } },
    lng: language,
    fallbackLng: 'en',
    interpolation: { escapeValue: false }, // React escapes
    initAsync: false,
  });
}

/** Shows the console in a language and keeps the choice for the next visit. */
export function chooseLanguage(language: Language): void {
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // The choice then lasts as long as the page.
  }
  document.documentElement.lang = language;
  void i18next.changeLanguage(language);
}

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}
