import { useTranslation } from 'react-i18next';
import { chooseLanguage, type Language, languages } from '../../app/i18n';
import { languageNames } from '../../app/LanguageButton';
import { useTheme } from '../../theme/ThemeProvider';
import { themeChoices } from '../../theme/theme';
import { Section } from '../../ui/Section';
import { Segmented } from '../../ui/Segmented';
import css from './AccountPage.module.css';

/** Language and theme of the console in this browser. */
export function Looks() {
  const { t, i18n } = useTranslation();
  const { choice, choose } = useTheme();
  return (
    <Section title={t('account.looks')} note={t('account.looksNote')}>
      <dl className={css.facts}>
        <dt>{t('palette.language')}</dt>
        <dd translate="no">
          <Segmented
            size="small"
            label={t('palette.language')}
            value={i18n.language as Language}
            options={languages.map((value) => ({ value, label: languageNames[value] }))}
            onChange={(language) => void chooseLanguage(language)}
          />
        </dd>
        <dt>{t('theme.title')}</dt>
        <dd>
          <Segmented
            size="small"
            label={t('theme.title')}
            value={choice}
            options={themeChoices.map((value) => ({ value, label: t(`theme.${value}`) }))}
            onChange={choose}
          />
        </dd>
      </dl>
    </Section>
  );
}
