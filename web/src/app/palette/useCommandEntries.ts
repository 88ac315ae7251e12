import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useTheme } from '../../theme/ThemeProvider';
import { themeChoices } from '../../theme/theme';
import { browserZone } from '../../time/zone';
import { useConnection } from '../connection';
import { chooseLanguage, languages } from '../i18n';
import { languageNames } from '../LanguageButton';
import { keepGlobal } from '../search';
import { useTime } from '../TimeProvider';
import { usePages } from '../usePages';
import type { Entry, EntryGroup } from './entries';

/** Returns the pages and what can be done from every page. */
export function useCommandEntries(onHelp: () => void): EntryGroup[] {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const pages = usePages();
  const { choice, choose } = useTheme();
  const { zone, setZone, refresh } = useTime();
  const { status } = useConnection();
  const zones = new Set([browserZone(), 'UTC', status?.zone ?? 'UTC']);
  zones.delete(zone);

  const commands: Entry[] = [
    {
      id: 'live',
      icon: 'play',
      text: t('palette.live'),
      hint: 'L',
      run: () =>
        void navigate({
          to: '/logs',
          search: ({ tz, q }) => ({ tz, q, live: true as const }),
        }),
    },
    { id: 'refresh', icon: 'refresh', text: t('refresh.now'), run: refresh },
    ...themeChoices
      .filter((theme) => theme !== choice)
      .map((theme) => ({
        id: `theme ${theme}`,
        icon: 'theme' as const,
        text: `${t('theme.title')}: ${t(`theme.${theme}`)}`,
        run: () => choose(theme),
      })),
    ...languages
      .filter((language) => language !== i18n.language)
      .map((language) => ({
        id: `language ${language}`,
        icon: 'globe' as const,
        text: `${t('palette.language')}: ${languageNames[language]}`,
        run: () => void chooseLanguage(language),
      })),
    ...[...zones].map((name) => ({
      id: `zone ${name}`,
      icon: 'clock' as const,
      text: `${t('time.zone')}: ${name}`,
      run: () => setZone(name),
    })),
    { id: 'help', icon: 'help', text: t('help.title'), hint: '?', run: onHelp },
  ];
  return [
    {
      id: 'pages',
      most: { typed: 9, idle: 9 },
      entries: pages.map(({ path, icon, label, key }) => ({
        id: path,
        icon,
        text: t(label),
        hint: `g ${key}`,
        run: () => void navigate({ to: path, search: keepGlobal }),
      })),
    },
    { id: 'commands', most: { typed: 9, idle: 3 }, entries: commands },
  ];
}
