import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Notice } from '../ui/Notice';

/** Stands at addresses that lead nowhere. */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <Notice title={t('shell.notFound.title')} text={t('shell.notFound.text')}>
      <Link to="/logs">{t('shell.notFound.logs')}</Link>
    </Notice>
  );
}
