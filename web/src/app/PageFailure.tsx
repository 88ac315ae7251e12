import type { ErrorComponentProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button';
import { useCopy } from '../ui/clipboard';
import { Notice } from '../ui/Notice';

/**
 * Stands in place of a page that threw. The router puts one boundary around every page, so the shell and the other pages stay;
 * going elsewhere leaves it behind.
 */
export function PageFailure({ error, info }: ErrorComponentProps) {
  const { t } = useTranslation();
  const [copied, copy] = useCopy();
  const details = () =>
    [
      location.href,
      new Date().toISOString(),
      navigator.userAgent,
      error instanceof Error ? (error.stack ?? error.message) : String(error),
      info?.componentStack,
    ].join('\n');
  return (
    <Notice
      role="alert"
      health="critical"
      title={t('fault.page')}
      text={
        <>
          {isOutdated(error) && <p>{t('fault.outdated')}</p>}
          <p>
            <code translate="no">{error instanceof Error ? error.message : String(error)}</code>
          </p>
          <p>{t('fault.others')}</p>
        </>
      }
    >
      <Button onClick={() => location.reload()}>{t('fault.reload')}</Button>
      <Button look="ghost" onClick={() => copy(details())}>
        {copied === 'idle' ? t('fault.copy') : t(`copy.${copied}`)}
      </Button>
    </Notice>
  );
}

/** Reports whether a part of the page is gone from the server, as after an update. */
function isOutdated(error: unknown): boolean {
  return error instanceof TypeError && /dynamically imported module/.test(error.message);
}
