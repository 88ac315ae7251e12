import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '../../../api/audit';
import { useTime } from '../../../app/TimeProvider';
import { dayClock } from '../../../time/clock';
import { Empty } from '../../../ui/Empty';
import { count } from '../../../ui/quantity';
import { SidePanel } from '../../../ui/SidePanel';
import form from '../Form.module.css';
import { useAccessSearch } from '../useAccessSearch';
import { ActionName, isProgram, OutcomeMark, useWho } from './Audit';
import css from './Audit.module.css';
import { differences } from './diff';
import { useAudit } from './useAudit';

/** One entry of the trail: who did what from where, and what it was before and after. */
export function EntryPanel({ seq }: { seq: string }) {
  const { t } = useTranslation();
  const [, change] = useAccessSearch();
  const { data } = useAudit();
  const entry = data?.pages
    .flatMap(({ entries }) => entries)
    .find((one) => String(one.seq) === seq);
  return (
    <SidePanel
      title={entry ? <ActionName action={entry.action} /> : t('access.audit.one')}
      onClose={() => change({ open: undefined })}
      foot={
        entry && (
          <Link
            to="/logs"
            search={({ tz }) => ({ tz, ...around(entry), q: `_dataset:audit audit.seq:=${seq}` })}
            className={form.link}
          >
            {t('access.audit.rawOne')}
          </Link>
        )
      }
    >
      {entry && <Facts entry={entry} />}
      {data && !entry && <Empty title={t('access.audit.gone')} why={t('access.audit.goneWhy')} />}
    </SidePanel>
  );
}

/** The minute around an entry, as a time range of the URL. */
function around({ time }: AuditEntry): { from: string; to: string } {
  const at = Date.parse(time);
  const moment = (ms: number) => new Date(ms).toISOString();
  return { from: moment(at - 60_000), to: moment(at + 60_000) };
}

function Facts({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const who = useWho();
  const { seq, time, by_kind, target, outcome, address, request_id, hash } = entry;
  const facts = [
    ['time', dayClock(Date.parse(time), zone, 'milli')],
    ['by', [who(entry), isProgram(by_kind) ? '' : by_kind].filter(Boolean).join(' · ')],
    ['target', target],
    ['address', address],
    ['request', request_id],
    ['seq', count(seq)],
    ['hash', hash],
  ] as const;
  const rows = differences(entry.before, entry.after);
  return (
    <div className={css.detail}>
      <dl className={form.facts}>
        <dt>{t('access.audit.outcome')}</dt>
        <dd>
          <OutcomeMark outcome={outcome} />
        </dd>
        {facts.map(([name, value]) => (
          <div key={name} className={form.fact}>
            <dt>{t(`access.audit.${name}`)}</dt>
            <dd translate="no">{value || '–'}</dd>
          </div>
        ))}
      </dl>
      {rows.length > 0 && (
        <>
          <h3 className={form.title}>{t('access.audit.change')}</h3>
          <table className={css.diff}>
            <thead>
              <tr>
                <th scope="col">{t('access.audit.field')}</th>
                <th scope="col">{t('access.audit.before')}</th>
                <th scope="col">{t('access.audit.after')}</th>
              </tr>
            </thead>
            <tbody translate="no">
              {rows.map(({ path, before, after }) => (
                <tr key={path} data-same={before === after || undefined}>
                  <th scope="row">{path}</th>
                  <td>{before ?? '–'}</td>
                  <td>{after ?? '–'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </div>
  );
}
