import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button';
import { chooseLanguage, type Language } from './i18n';

const other: Record<Language, { language: Language; name: string }> = {
  en: { language: 'ko', name: '한국어' },
  ko: { language: 'en', name: 'English' },
};

/** Goes over to the other language; each is named in itself. */
export function LanguageButton() {
  const { i18n } = useTranslation();
  const { language, name } = other[i18n.language === 'ko' ? 'ko' : 'en'];
  return (
    <Button look="ghost" lang={language} onClick={() => void chooseLanguage(language)}>
      {name}
    </Button>
  );
}
