import { useRouter, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { safeBack } from '../../app/back';
import { isSomebody, useMe } from '../../app/me';
import { useSignedIn } from '../../app/useSignedIn';
import { SetupHelp } from '../setup/SetupHelp';
import { Entrance } from './Entrance';
import { ProviderFailure } from './ProviderFailure';
import { Providers } from './Providers';
import { SignInForm } from './SignInForm';

/** Lets somebody in and leads back to where they wanted to go. */
export function SignInPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const { back, problem } = useSearch({ from: '/signin' });
  const { me } = useMe();
  const signedIn = useSignedIn();
  const target = safeBack(back, location.origin);
  const inside = me !== undefined && isSomebody(me);
  useEffect(() => {
    if (inside) router.history.replace(target);
  }, [inside, target, router]);

  if (inside) return null;
  if (me?.setup) {
    return (
      <Entrance title={t('setup.none')}>
        <SetupHelp />
      </Entrance>
    );
  }
  return (
    <Entrance title={t('signin.title')} lead={back && t('signin.lead')}>
      {problem && <ProviderFailure problem={problem} />}
      <Providers me={me} back={target} />
      <SignInForm onDone={signedIn} />
    </Entrance>
  );
}
