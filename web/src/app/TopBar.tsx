import { useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../ui/Button';
import { usePhone } from '../ui/media';
import { FindButton } from './FindButton';
import { LanguageButton } from './LanguageButton';
import { pages } from './pages';
import { RefreshControl } from './RefreshControl';
import { ThemeMenu } from './ThemeMenu';
import { TimeRangeControl } from './TimeRangeControl';
import css from './TopBar.module.css';
import { UserMenu } from './UserMenu';

interface TopBarProps {
  onHelp: () => void;
  onFind: () => void;
}

/** Where I am, the time range of everything on the page, and how the console is shown. */
export function TopBar({ onHelp, onFind }: TopBarProps) {
  const { t } = useTranslation();
  const phone = usePhone();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const page = pages.find((known) => known.path === path);
  const others: Readonly<Record<string, string>> = {
    '/': t('pages.start'),
    '/account': t('me.account'),
  };
  const title = page ? t(page.label) : (others[path] ?? t('shell.name'));
  return (
    <header className={css.bar}>
      <title>{`${title} · Haetae`}</title>
      <h1 className={css.title}>{title}</h1>
      <div className={css.controls}>
        <FindButton onFind={onFind} />
        <TimeRangeControl />
        {!phone && <RefreshControl />}
        {!phone && <LanguageButton />}
        <ThemeMenu />
        {!phone && <IconButton icon="help" label={t('help.title')} look="ghost" onClick={onHelp} />}
        {!phone && <UserMenu />}
      </div>
    </header>
  );
}
