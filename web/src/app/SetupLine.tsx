import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '../ui/Button';
import { Icon } from '../ui/Icon';
import { useEver } from '../ui/useEver';
import { withLaterTexts } from './i18n';
import { useMe } from './me';
import css from './ShellLine.module.css';

const SetupDialog = lazy(withLaterTexts(() => import('../features/setup/SetupDialog')));

const storageKey = 'haetae.setup.later';

/** Says, until it is put off in this browser, that there is no administrator yet, and how one is made. */
export function SetupLine() {
  const { t } = useTranslation();
  const { me } = useMe();
  const [later, setLater] = useState(readLater);
  const [opened, setOpened] = useState(false);
  const ever = useEver(opened);
  if (!me?.setup || later) return null;
  const putOff = () => {
    setLater(true);
    try {
      localStorage.setItem(storageKey, '1');
    } catch {
      // It then lasts as long as the page.
    }
  };
  return (
    <div className={css.line}>
      <Icon name="user" size={14} />
      <span>{t('me.setup')}</span>
      <Button size="small" onClick={() => setOpened(true)}>
        {t('me.setupHow')}
      </Button>
      <IconButton
        icon="close"
        iconSize={12}
        size="small"
        look="ghost"
        label={t('me.setupLater')}
        onClick={putOff}
      />
      {ever && (
        <Suspense>
          <SetupDialog opened={opened} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </div>
  );
}

function readLater(): boolean {
  try {
    return localStorage.getItem(storageKey) !== null;
  } catch {
    return false;
  }
}
