import { Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePhone } from '../ui/media';
import { Toasts } from '../ui/Toasts';
import { useEver } from '../ui/useEver';
import { BadAddress } from './BadAddress';
import { ConnectionLost } from './ConnectionLost';
import { Denied } from './Denied';
import { EarlyPalette } from './EarlyPalette';
import { useMe } from './me';
import { Navigation } from './Navigation';
import { PhoneTabs } from './PhoneTabs';
import { pages } from './pages';
import { SessionLine } from './SessionLine';
import { SetupLine } from './SetupLine';
import css from './Shell.module.css';
import { StatusStrip } from './StatusStrip';
import { TimeProvider } from './TimeProvider';
import { TopBar } from './TopBar';
import { useShellKeys } from './useShellKeys';
import { ViewLine } from './ViewLine';

const HelpDialog = lazy(() => import('./HelpDialog'));
const loadPalette = async () => ({ default: (await import('./palette/Palette')).Palette });
const Palette = lazy(loadPalette);
// Behind what the page itself loads, in ms.
const paletteDelay = 600;

/** The frame around every page: navigation, top bar, and the page itself. */
export function Shell() {
  const { t } = useTranslation();
  const phone = usePhone();
  const [help, setHelp] = useState(false);
  const helped = useEver(help);
  const [find, setFind] = useState<string>(); // what is typed into the palette; undefined while it is closed
  useEffect(() => {
    // It is there before somebody types on.
    const timer = setTimeout(() => void loadPalette().catch(() => undefined), paletteDelay);
    return () => clearTimeout(timer);
  }, []);
  const actions = { help: () => setHelp(true), find: () => setFind((typed) => typed ?? '') };
  const closeFind = () => setFind(undefined);
  useShellKeys(actions);

  return (
    <TimeProvider>
      <div className={css.frame}>
        <a className={css.skip} href="#main">
          {t('shell.skip')}
        </a>
        {!phone && <Navigation />}
        <TopBar onHelp={actions.help} onFind={actions.find} />
        <main id="main" className={css.main} tabIndex={-1}>
          <ViewLine />
          <SessionLine />
          <SetupLine />
          <ConnectionLost />
          <BadAddress />
          <StatusStrip />
          <Admitted />
        </main>
        {phone && <PhoneTabs onHelp={actions.help} />}
      </div>
      <Toasts />
      {find !== undefined && (
        <Suspense fallback={<EarlyPalette text={find} onText={setFind} onClose={closeFind} />}>
          <Palette text={find} onText={setFind} onClose={closeFind} onHelp={actions.help} />
        </Suspense>
      )}
      {helped && (
        <Suspense>
          <HelpDialog opened={help} onClose={() => setHelp(false)} />
        </Suspense>
      )}
    </TimeProvider>
  );
}

/** The page of the address, unless whoever looks may not see it. */
function Admitted() {
  const { may } = useMe();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const page = pages.find((known) => known.path === path);
  return page && !page.needs.some(may) ? <Denied needs={page.needs} /> : <Outlet />;
}
