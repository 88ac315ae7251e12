import { MantineProvider } from '@mantine/core';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useLayoutEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { styleNonce } from '../ui/styleNonce';
import {
  mantineTheme,
  readThemeChoice,
  type ThemeChoice,
  type ThemeName,
  writeThemeChoice,
} from './theme';

interface ThemeState {
  choice: ThemeChoice;
  shown: ThemeName;
  choose: (choice: ThemeChoice) => void;
}

const ThemeContext = createContext<ThemeState | null>(null);

const lightQuery = matchMedia('(prefers-color-scheme: light)');

function watchSystem(changed: () => void): () => void {
  lightQuery.addEventListener('change', changed);
  return () => lightQuery.removeEventListener('change', changed);
}

/** Shows the chosen theme as `data-theme` on <html> and gives it to Mantine. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState(readThemeChoice);
  const systemLight = useSyncExternalStore(watchSystem, () => lightQuery.matches);
  const shown: ThemeName = choice === 'system' ? (systemLight ? 'light' : 'dark') : choice;

  useLayoutEffect(() => {
    // Before the effects of children, which read the tokens for their canvas.
    document.documentElement.dataset.theme = shown;
  }, [shown]);

  const choose = useCallback((next: ThemeChoice) => {
    writeThemeChoice(next);
    setChoice(next);
  }, []);
  const state = useMemo(() => ({ choice, shown, choose }), [choice, shown, choose]);

  return (
    <ThemeContext value={state}>
      <MantineProvider
        theme={mantineTheme}
        forceColorScheme={shown}
        withCssVariables={false}
        withGlobalClasses={false}
        withStaticClasses={false}
        getStyleNonce={styleNonce}
      >
        {children}
      </MantineProvider>
    </ThemeContext>
  );
}

/** Returns the theme shown and how to change it. */
export function useTheme(): ThemeState {
  const state = useContext(ThemeContext);
  if (!state) throw new Error('useTheme outside of ThemeProvider');
  return state;
}
