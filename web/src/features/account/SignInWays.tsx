import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Me } from '../../api/me';
import { providerName } from '../../app/me';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/Notice';
import { Section } from '../../ui/Section';
import { StateMark } from '../../ui/StateMark';
import css from './AccountPage.module.css';
import type { Panel } from './search';

/** What proves who one is: password, second factor and recovery codes, each with its next step. */
export function SignInWays({ me }: { me: Me }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const open = (panel: Panel) => () =>
    void navigate({ to: '/account', search: (old) => ({ ...old, change: panel }) });
  if (me.provider) {
    return (
      <Section title={t('account.ways')}>
        <Notice title={t('account.byProvider', { name: providerName(me, me.provider) })} />
      </Section>
    );
  }
  return (
    <Section title={t('account.ways')}>
      <dl className={css.facts}>
        <dt>{t('signin.password')}</dt>
        <dd>
          <span className={css.acts}>
            <Button size="small" onClick={open('password')}>
              {t('account.password.change')}
            </Button>
          </span>
        </dd>
        <dt>{t('account.factor.title')}</dt>
        <dd>
          <span className={css.state}>
            <StateMark health={me.second_factor ? 'ok' : 'unknown'} />
            {t(me.second_factor ? 'account.factor.on' : 'account.factor.off')}
          </span>
          <span className={css.acts}>
            {me.second_factor ? (
              <Button size="small" onClick={open('nofactor')}>
                {t('account.factor.remove')}
              </Button>
            ) : (
              <Button size="small" disabled={me.must_change} onClick={open('factor')}>
                {t('account.factor.begin')}
              </Button>
            )}
          </span>
        </dd>
        {me.second_factor && (
          <>
            <dt>{t('account.codes.title')}</dt>
            <dd>
              <small>{t('account.codes.what')}</small>
              <span className={css.acts}>
                <Button size="small" onClick={open('codes')}>
                  {t('account.codes.renew')}
                </Button>
              </span>
            </dd>
          </>
        )}
      </dl>
    </Section>
  );
}
