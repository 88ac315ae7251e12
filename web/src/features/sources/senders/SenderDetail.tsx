import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { fetchInputs, type Source } from '../../../api/sources';
import { useConnection } from '../../../app/connection';
import { useTime } from '../../../app/TimeProvider';
import { dayClock } from '../../../time/clock';
import { Empty } from '../../../ui/Empty';
import { bytes, count, decimal } from '../../../ui/quantity';
import { SidePanel } from '../../../ui/SidePanel';
import { Spark } from '../../../ui/Spark';
import { useDurationText } from '../../../ui/useDurationText';
import { inLogs } from '../search';
import { useSourcesSearch } from '../useSourcesSearch';
import { QuotaUse } from './QuotaUse';
import css from './SenderDetail.module.css';
import { adviceFor, lastHour, recordsOf, sourceKey } from './senders';
import { useSources } from './useSources';

/** Everything about one sender, beside the list. */
export function SenderDetail({ id }: { id: string }) {
  const { t } = useTranslation();
  const [, change] = useSourcesSearch();
  const { data } = useSources();
  const source = data?.sources.find((one) => sourceKey(one) === id);
  return (
    <SidePanel
      title={<span translate="no">{id}</span>}
      onClose={() => change({ source: undefined })}
      foot={
        source && (
          <Link to="/logs" search={inLogs(recordsOf(source))} className={css.link}>
            {t('sources.detail.logs')}
          </Link>
        )
      }
    >
      {source ? (
        <Facts source={source} />
      ) : (
        data && <Empty title={t('sources.detail.gone')} why={t('sources.detail.goneWhy')} />
      )}
    </SidePanel>
  );
}

function Facts({ source }: { source: Source }) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const { status } = useConnection();
  const durationText = useDurationText();
  const { data: inputs } = useQuery({
    queryKey: ['inputs'],
    queryFn: ({ signal }) => fetchInputs(signal),
  });
  const moment = (text: string) => dayClock(Date.parse(text), zone, 'second');
  const summary = inputs?.find(({ type }) => type === source.input)?.summary;
  const facts = [
    ['input', source.input],
    ['listen', source.listen?.join(', ')],
    ['rate', t('sources.unit.rate', { n: decimal(source.rate) })],
    ['records', count(source.records)],
    ['bytes', bytes(source.bytes)],
    ['lag', source.lag_ms === null ? undefined : durationText(source.lag_ms)],
    ['first', moment(source.first_seen)],
    ['last', moment(source.last_seen)],
  ] as const;
  const reasons = Object.entries(source.rejected ?? {}).toSorted(([, a], [, b]) => b - a);
  return (
    <div className={css.body}>
      {summary && (
        <p className={css.summary} translate="no">
          {summary}
        </p>
      )}
      {status && (
        <Spark
          values={lastHour(source, Date.parse(status.now))}
          label={t('sources.table.spark', { name: sourceKey(source) })}
          width={370}
          height={56}
        />
      )}
      <dl className={css.facts}>
        {facts.map(([id, value]) => (
          <div key={id}>
            <dt>{t(`sources.detail.${id}`)}</dt>
            <dd translate="no">{value || '–'}</dd>
          </div>
        ))}
      </dl>
      {source.quota && (
        <p className={css.summary}>
          <QuotaUse source={source} />
        </p>
      )}
      <h3 className={css.head}>{t('sources.detail.rejected')}</h3>
      {reasons.length === 0 && <p className={css.summary}>{t('sources.detail.noneRejected')}</p>}
      <ul>
        {reasons.map(([reason, n]) => {
          const advice = adviceFor(reason);
          return (
            <li key={reason} className={css.reason}>
              <p>
                {n > 0 && <b>{count(n)} </b>}
                <span translate="no">{reason}</span>
              </p>
              {advice && <p className={css.summary}>{t(`sources.advice.${advice}`)}</p>}
              {source.samples?.[reason] && (
                <pre className={css.sample} translate="no">
                  {source.samples[reason]}
                </pre>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
