import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useTheme } from '../theme/ThemeProvider';
import { useKeyHelp, useKeys } from '../ui/keys';
import { keepGlobal } from './search';
import { usePages } from './usePages';

/** Works the keys that every page has. */
export function useShellKeys(actions: { help: () => void; find: () => void }): void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const pages = usePages();
  const { shown, choose } = useTheme();
  const goTo = pages.map(({ path, key }) => [
    `g ${key}`,
    () => void navigate({ to: path, search: keepGlobal }),
  ]);
  useKeys({
    ...Object.fromEntries(goTo),
    '?': actions.help,
    t: () => choose(shown === 'dark' ? 'light' : 'dark'),
  });
  useFindKey(actions.find);
  useKeyHelp({
    title: t('help.everywhere'),
    keys: [
      { keys: ['Ctrl K'], text: t('palette.title') },
      ...pages.map(({ key, label }) => ({ keys: ['g', key], text: t(label) })),
      { keys: ['[', ']'], text: t('help.time') },
      { keys: ['t'], text: t('help.theme') },
      { keys: ['Esc'], text: t('help.close') },
      { keys: ['?'], text: t('help.help') },
    ],
  });
}

/** Ctrl K works in text fields too, where other keys rest. */
function useFindKey(find: () => void): void {
  const latest = useRef(find);
  useEffect(() => {
    latest.current = find;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 'k')
        return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}
