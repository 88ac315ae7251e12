import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/me';
import { Notice } from '../../ui/Notice';
import css from '../../ui/page.module.css';
import { FactorPanel } from './FactorPanel';
import { Looks } from './Looks';
import { MustChange } from './MustChange';
import { NewCodesPanel } from './NewCodesPanel';
import { PasswordPanel } from './PasswordPanel';
import { Profile } from './Profile';
import { RemoveFactorPanel } from './RemoveFactorPanel';
import { Sessions } from './Sessions';
import { SignInWays } from './SignInWays';

/** One's own account: who one is, how one signs in, and where. */
export function AccountPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { change: panel } = useSearch({ from: '/account' });
  const { me } = useMe();
  const close = () =>
    void navigate({ to: '/account', search: (old) => ({ ...old, change: undefined }) });
  // Whoever looks as somebody else may change nothing there.
  const own = me?.kind === 'user' && !me.seen_by;
  return (
    <div className={css.page}>
      <div className={css.scroller}>
        {me?.must_change && panel !== 'password' && <MustChange />}
        {me && me.kind !== 'user' && (
          <Notice title={t('account.none')} text={t('account.noneText')} />
        )}
        {me?.kind === 'user' && <Profile me={me} />}
        {own && <SignInWays me={me} />}
        {own && !me.must_change && <Sessions />}
        <Looks />
      </div>
      {own && panel === 'password' && <PasswordPanel me={me} onClose={close} />}
      {own && panel === 'factor' && <FactorPanel onClose={close} />}
      {own && panel === 'codes' && <NewCodesPanel onClose={close} />}
      {own && panel === 'nofactor' && <RemoveFactorPanel onClose={close} />}
    </div>
  );
}
