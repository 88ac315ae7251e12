import { Outlet } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTheme } from '../theme/ThemeProvider';
import { useKeys } from '../ui/keys';
import { usePhone } from '../ui/media';
import { Toasts } from '../ui/Toasts';
import { ConnectionLost } from './ConnectionLost';
import { HelpDialog } from './HelpDialog';
import { Navigation } from './Navigation';
import { PhoneTabs } from './PhoneTabs';
import css from './Shell.module.css';
import { StatusStrip } from './StatusStrip';
import { TimeProvider } from './TimeProvider';
import { TopBar } from './TopBar';

/** The frame around every page: navigation, top bar, and the page itself. */
export function Shell() {
  const { t } = useTranslation();
  const phone = usePhone();
  const { shown, choose } = useTheme();
  const [help, setHelp] = useState(false);
  useKeys({
    '?': () => setHelp(true),
    t: () => choose(shown === 'dark' ? 'light' : 'dark'),
  });

  return (
    <TimeProvider>
      <div className={css.frame}>
        <a className={css.skip} href="#main">
          {t('shell.skip')}
        </a>
        {!phone && <Navigation />}
        <TopBar onHelp={() => setHelp(true)} />
        <main id="main" className={css.main} tabIndex={-1}>
          <ConnectionLost />
          <StatusStrip />
          <Outlet />
        </main>
        {phone && <PhoneTabs onHelp={() => setHelp(true)} />}
      </div>
      <Toasts />
      <HelpDialog opened={help} onClose={() => setHelp(false)} />
    </TimeProvider>
  );
}
