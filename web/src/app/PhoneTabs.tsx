import { Drawer } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button';
import floating from '../ui/floating.module.css';
import { Icon } from '../ui/Icon';
import { ConnectionFoot } from './ConnectionFoot';
import { LanguageButton } from './LanguageButton';
import css from './PhoneTabs.module.css';
import { pages } from './pages';
import { keepGlobal } from './search';

/** The navigation of the phone layout: pages at the thumb, the rest behind "more". */
export function PhoneTabs({ onHelp }: { onHelp: () => void }) {
  const { t } = useTranslation();
  const [more, setMore] = useState(false);
  return (
    <nav className={css.tabs} aria-label={t('shell.navigation')}>
      {pages.map(({ path, icon, label }) => (
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
      <Drawer
        opened={more}
        onClose={() => setMore(false)}
        position="bottom"
        size={190}
        title={t('shell.more')}
        closeButtonProps={{ 'aria-label': t('shell.close') }}
        classNames={{
          content: floating.dialog,
          header: floating.dialogHeader,
          title: floating.dialogTitle,
          body: floating.dialogBody,
        }}
      >
        <div className={css.more}>
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
        <ConnectionFoot />
      </Drawer>
    </nav>
  );
}
