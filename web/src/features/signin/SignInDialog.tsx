import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/me';
import { useSignedIn } from '../../app/useSignedIn';
import { Dialog } from '../../ui/Dialog';
import { Providers } from './Providers';
import { SignInForm } from './SignInForm';

/** Lets somebody in again over the page that they were on. */
export default function SignInDialog(props: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { me } = useMe();
  const signedIn = useSignedIn();
  return (
    <Dialog {...props} title={t('me.ended')} size={380}>
      <Providers me={me} back={location.pathname + location.search} />
      <SignInForm name={me?.kind === 'user' ? me.name : undefined} onDone={signedIn} />
    </Dialog>
  );
}
