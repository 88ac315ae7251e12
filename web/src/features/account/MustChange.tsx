import { useTranslation } from 'react-i18next';
import { Notice } from '../../ui/Notice';

/** Says why nothing else opens yet: the password is one that somebody else knows. */
export function MustChange() {
  const { t } = useTranslation();
  return (
    <Notice
      role="status"
      health="warn"
      title={t('account.mustChange')}
      text={t('account.mustChangeText')}
    />
  );
}
