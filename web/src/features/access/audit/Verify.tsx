import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AuditReport, verifyAudit } from '../../../api/audit';
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
          {data && <Verdict report={data} />}
        </div>
      )}
    </>
  );
}

function Verdict({ report }: { report: AuditReport }) {
  const { t } = useTranslation();
  const { ok, entries, first, head, floor, faults, more_faults = 0 } = report;
  const many = faults.length + more_faults;
  return (
    <Notice
      role="status"
      health={ok ? 'ok' : 'critical'}
      title={
        ok
          ? t('access.audit.whole', { count: entries, n: count(entries) })
          : t('access.audit.broken', { count: many, n: count(many) })
      }
      text={
        <>
          {faults.map(({ seq, what, text }) => (
            <p key={`${seq} ${what}`} translate="no">
              {text}
            </p>
          ))}
          {first && (
            <p>{t('access.audit.span', { first: count(first.seq), last: count(head.seq) })}</p>
          )}
          {floor.seq > 0 && <p>{t('access.audit.floor', { seq: count(floor.seq) })}</p>}
          <p>
            {t('access.audit.head')}{' '}
            <code translate="no">
              {head.seq}:{head.hash}
            </code>
          </p>
        </>
      }
    />
  );
}
