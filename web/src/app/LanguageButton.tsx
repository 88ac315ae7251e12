import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button';
import { chooseLanguage, type Language } from './i18n';

/** The languages, each named in itself. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' };

/** Goes over to the other language; each is named in itself. */
export function LanguageButton() {
  const { i18n } = useTranslation();
  const language: Language = i18n.language === 'ko' ? 'en' : 'ko';
  return (
    <Button
      look="ghost"
      lang={language}
      translate="no"
      onClick={() => void chooseLanguage(language)}
    >
      {languageNames[language]}
    </Button>
  );
}
