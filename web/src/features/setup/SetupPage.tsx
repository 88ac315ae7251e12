import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Me } from '../../api/me';
import { useMe } from '../../app/me';
import { useSignedIn } from '../../app/useSignedIn';
import { Notice } from '../../ui/Notice';
import { Entrance } from '../signin/Entrance';
import { AdminForm } from './AdminForm';
import { NextSteps } from './NextSteps';
import css from './Setup.module.css';
import { SetupHelp } from './SetupHelp';

/** Makes the first administrator by the link of the terminal, then says what is worth doing next. */
export function SetupPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { token, done } = useSearch({ from: '/setup' });
  const { me } = useMe();
  const signedIn = useSignedIn();
  const made = (next: Me) => {
    signedIn(next);
    // The token is used up: it has no business in the history.
    void navigate({ to: '/setup', search: { done: true }, replace: true });
  };
  if (done) {
    return (
      <Entrance title={t('setup.done')} lead={t('setup.doneLead', { name: me?.name ?? '' })}>
        <NextSteps />
      </Entrance>
    );
  }
  if (me && !me.setup) {
    return (
      <Entrance title={t('setup.there')}>
        <Notice title={t('setup.thereText')}>
          <Link to="/signin" className={css.link}>
            {t('signin.title')}
          </Link>
        </Notice>
      </Entrance>
    );
  }
  return (
    <Entrance title={t('setup.title')} lead={t('setup.lead')}>
      {token ? (
        <AdminForm token={token} minLength={me?.password.min_length ?? 10} onDone={made} />
      ) : (
        <SetupHelp />
      )}
    </Entrance>
  );
}
