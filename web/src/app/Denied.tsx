import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Permission } from '../api/me';
import { Notice } from '../ui/Notice';
import { useMe } from './me';

/** Stands in place of a page that somebody may not see: which permission is missing, and who can give it. */
export function Denied({ needs }: { needs: readonly Permission[] }) {
  const { t } = useTranslation();
  const { me, may } = useMe();
  const missing = needs.map((permission) => t(`permission.${permission}`)).join(', ');
  return (
    <Notice
      role="status"
      title={t('denied.title')}
      text={
        <>
          <p>{t('denied.missing', { missing })}</p>
          <p>
            {me?.seen_by
              ? t('denied.seeing', { name: me.name, by: me.seen_by })
              : t('denied.ask', { name: me?.name ?? '' })}
          </p>
        </>
      }
    >
      {may('read') && <Link to="/logs">{t('shell.notFound.logs')}</Link>}
    </Notice>
  );
}
