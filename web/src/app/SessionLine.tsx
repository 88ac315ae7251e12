import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button';
import { StateMark } from '../ui/StateMark';
import { withLaterTexts } from './i18n';
import css from './ShellLine.module.css';
import { useSessionEnded } from './sessionEnded';

const SignInDialog = lazy(withLaterTexts(() => import('../features/signin/SignInDialog')));

/** Asks to sign in again when the session has ended. The page stays as it is, with what was typed, and a line over it says so. */
export function SessionLine() {
  return useSessionEnded() && <Ended />;
}

function Ended() {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(true);
  return (
    <div className={css.line} data-tone="warn">
      <StateMark health="warn" />
      <span role="alert">{t('me.ended')}</span>
      <Button size="small" onClick={() => setOpened(true)}>
        {t('me.signIn')}
      </Button>
      <Suspense>
        <SignInDialog opened={opened} onClose={() => setOpened(false)} />
      </Suspense>
    </div>
  );
}
