import { useTranslation } from 'react-i18next';
import type { Me } from '../../api/me';
import css from './SignInForm.module.css';

/** Ways to sign in with an account of somewhere else. They leave the page, so they are links. */
export function Providers({ me, back }: { me: Me | undefined; back: string }) {
  const { t } = useTranslation();
  const providers = me?.sign_in.providers ?? [];
  if (providers.length === 0) return null;
  return (
    <div className={css.providers}>
      {providers.map(({ id, name }) => (
        <a
          key={id}
          className={css.provider}
          href={`/api/v1/oidc/${encodeURIComponent(id)}/start?${new URLSearchParams({ to: back })}`}
        >
          {t('signin.with', { name })}
        </a>
      ))}
    </div>
  );
}
