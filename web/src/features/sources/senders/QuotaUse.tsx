import { useTranslation } from 'react-i18next';
import type { Source } from '../../../api/sources';
import { count } from '../../../ui/quantity';
import { quotaParts } from './senders';

/** Which quota a sender was over, and what became of what was over. */
export function QuotaUse({ source }: { source: Source }) {
  const { t } = useTranslation();
  const parts = quotaParts(source).map(([id, n]) =>
    t(`sources.quota.${id}`, { count: n, n: count(n) }),
  );
  return (
    <>
      <b>
        {t('sources.quota.over')} <span translate="no">{source.quota?.name}</span>
      </b>
      {parts.length > 0 && `: ${parts.join(', ')}.`}
    </>
  );
}
