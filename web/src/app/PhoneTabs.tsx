import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button';
import { Icon } from '../ui/Icon';
import { useEver } from '../ui/useEver';
import { ConnectionFoot } from './ConnectionFoot';
import { LanguageButton } from './LanguageButton';
import { leave } from './leave';
import { useMe } from './me';
import css from './PhoneTabs.module.css';
import { keepGlobal } from './search';
import { usePages } from './usePages';

const Sheet = lazy(() => import('../ui/Sheet'));

/** The navigation of the phone layout: pages at the thumb, the rest behind "more". */
export function PhoneTabs({ onHelp }: { onHelp: () => void }) {
  const { t } = useTranslation();
  const pages = usePages();
  const often = pages.filter((page) => !('seldom' in page));
  const seldom = pages.filter((page) => 'seldom' in page);
  const navigate = useNavigate();
  const { me } = useMe();
  const [more, setMore] = useState(false);
  const sheet = useEver(more);
  return (
    <nav className={css.tabs} aria-label={t('shell.navigation')}>
      {often.map(({ path, icon, label }) => (
        <Link
          key={path}
          to={path}
          search={keepGlobal}
          className={css.tab}
          activeProps={{ 'aria-current': 'page' }}
        >
          <Icon name={icon} size={18} />
          {t(label)}
        </Link>
      ))}
      <button type="button" className={css.tab} onClick={() => setMore(true)}>
        <Icon name="more" size={18} />
        {t('shell.more')}
      </button>
      {sheet && (
        <Suspense>
          <Sheet
            opened={more}
            onClose={() => setMore(false)}
            size={me?.kind === 'user' ? 240 : 190}
            title={t('shell.more')}
          >
            <div className={css.more}>
              {seldom.map(({ path, icon, label }) => (
                <Link
                  key={path}
                  to={path}
                  search={keepGlobal}
                  className={css.page}
                  activeProps={{ 'aria-current': 'page' }}
                  onClick={() => setMore(false)}
                >
                  <Icon name={icon} size={16} />
                  {t(label)}
                </Link>
              ))}
              <LanguageButton />
              <Button
                look="ghost"
                onClick={() => {
                  setMore(false);
                  onHelp();
                }}
              >
                {t('help.title')}
              </Button>
            </div>
            {me?.kind === 'user' && (
              <div className={css.more}>
                <Button
                  look="ghost"
                  onClick={() => {
                    setMore(false);
                    void navigate({ to: '/account', search: keepGlobal });
                  }}
                >
                  <Icon name="user" size={15} />
                  {t('me.account')} <small translate="no">{me.name}</small>
                </Button>
                <Button look="ghost" disabled={me.seen_by !== ''} onClick={() => void leave()}>
                  <Icon name="leave" size={15} />
                  {t('me.signOut')}
                </Button>
              </div>
            )}
            <ConnectionFoot />
          </Sheet>
        </Suspense>
      )}
    </nav>
  );
}
