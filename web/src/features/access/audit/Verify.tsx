import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AuditVerdict, verifyAudit } from '../../../api/audit';
import { Button } from '../../../ui/Button';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { Notice } from '../../../ui/Notice';
import { count } from '../../../ui/quantity';
import css from './Audit.module.css';

/** Checks the whole chain on demand, and says whether an entry is missing, altered or cut off. */
export function Verify() {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(0);
  const { data, error, isFetching } = useQuery({
    queryKey: ['audit verify', asked],
    queryFn: ({ signal }) => verifyAudit(signal),
    enabled: asked > 0,
    gcTime: 0,
  });
  return (
    <>
      <Button size="small" disabled={isFetching} onClick={() => setAsked(asked + 1)}>
        {t(isFetching ? 'access.audit.verifying' : 'access.audit.verify')}
      </Button>
      {(data || error) && (
        <div className={css.verdict}>
          {error && <ErrorNotice error={error} title={t('access.audit.unverified')} />}
          {data && <Verdict verdict={data} />}
        </div>
      )}
    </>
  );
}

function Verdict({
  verdict: { ok, entries, first, last, head, faults },
}: {
  verdict: AuditVerdict;
}) {
  const { t } = useTranslation();
  return (
    <Notice
      role="status"
      health={ok ? 'ok' : 'critical'}
      title={
        ok
          ? t('access.audit.whole', { count: entries, n: count(entries) })
          : t('access.audit.broken', { count: faults.length, n: count(faults.length) })
      }
      text={
        <>
          <p>
            {t('access.audit.span', { first: count(first), last: count(last) })}{' '}
            {t('access.audit.head')} <code translate="no">{head}</code>
          </p>
          {faults.map(({ seq, what }) => (
            <p key={`${seq} ${what}`} translate="no">
              {seq}: {what}
            </p>
          ))}
        </>
      }
    />
  );
}
