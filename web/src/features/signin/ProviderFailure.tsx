import type { ParseKeys } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../ui/Notice';

/** Says why signing in with an account of somewhere else led back here, and what to do; the server gives a code. */
export function ProviderFailure({ problem }: { problem: string }) {
  const { t } = useTranslation();
  const text = texts[problem];
  return (
    <Notice
      role="alert"
      health="critical"
      title={t('signin.providerFailed')}
      text={text ? t(text) : <code translate="no">{problem}</code>}
    />
  );
}

const texts: Readonly<Record<string, ParseKeys>> = {
  'oidc.unreachable': 'signin.failed.unreachable',
  'oidc.unknown': 'signin.failed.unknown',
  'oidc.state': 'signin.failed.state',
  'oidc.refused': 'signin.failed.refused',
  'oidc.token': 'signin.failed.token',
  'oidc.no_name': 'signin.failed.noName',
  'oidc.no_role': 'signin.failed.noRole',
  'oidc.taken': 'signin.failed.taken',
  'access.denied': 'signin.failed.noAccount',
  'access.disabled': 'signin.disabled',
  'access.last_admin': 'signin.failed.lastAdmin',
};
