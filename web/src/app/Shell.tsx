import { Outlet } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
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
import { useShellKeys } from './useShellKeys';

/** The frame around every page: navigation, top bar, and the page itself. */
export function Shell() {
  const { t } = useTranslation();
  const phone = usePhone();
  const [help, setHelp] = useState(false);
  useShellKeys({ help: () => setHelp(true) });

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
