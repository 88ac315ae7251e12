import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { fetchFieldNames } from '../../../api/select';
import { useMe } from '../../../app/me';
import { useTime } from '../../../app/TimeProvider';
import { Empty } from '../../../ui/Empty';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { bytes, count } from '../../../ui/quantity';
import { Spark } from '../../../ui/Spark';
import { inLogs } from '../search';
import { useSourcesSearch } from '../useSourcesSearch';
import css from './Streams.module.css';
import { fetchTrends, fetchVolumes, most, recordsWith } from './volume';

const usual = ['_stream', 'host.name', 'service.name', '_source', '_format', '_severity'];

/** Who fills the disk: what the values of a field take of all that came in the time range. */
export function Streams() {
  const { t } = useTranslation();
  const { window, refresh } = useTime();
  const { may } = useMe();
  const [{ by = '_stream' }, change] = useSourcesSearch();
  const key = [by, window.start, window.end];
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['volumes', ...key],
    queryFn: ({ signal }) => fetchVolumes(by, window, signal),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
  const { data: trends } = useQuery({
    queryKey: ['trends', ...key],
    queryFn: ({ signal }) => fetchTrends(by, window, signal),
    gcTime: 60_000,
  });
  const { data: fields } = useQuery({
    queryKey: ['field names', window.start, window.end],
    queryFn: ({ signal }) => fetchFieldNames({ query: '*', ...window }, signal),
  });
  const others = (fields ?? []).map(({ value }) => value).filter((name) => !usual.includes(name));
  const listed = data?.volumes.reduce((sum, volume) => sum + volume.bytes, 0) ?? 0;

  return (
    <>
      <div className={css.bar}>
        <label className={css.by}>
          {t('sources.streams.by')}
          <select
            value={by}
            translate="no"
            onChange={({ target }) =>
              change({ by: target.value === '_stream' ? undefined : target.value })
            }
          >
            {[...new Set([...usual, by, ...others])].map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {data && (
          <span className={css.sum}>
            {t('sources.streams.sum', {
              count: data.rows,
              bytes: bytes(data.bytes),
              rows: count(data.rows),
            })}
          </span>
        )}
      </div>
      {error && <ErrorNotice error={error} title={t('sources.streams.failed')} onRetry={refresh} />}
      {data?.rows === 0 && (
        <Empty title={t('sources.streams.empty')} why={t('sources.streams.emptyWhy')} />
      )}
      {data && data.rows > 0 && (
        <div className={css.scroller} data-old={isPlaceholderData || undefined}>
          <table className={css.table} aria-label={t('sources.streams.title')}>
            <thead>
              <tr>
                <th scope="col" translate="no">
                  {data.field}
                </th>
                <th scope="col" className={css.number}>
                  {t('sources.streams.bytes')}
                </th>
                <th scope="col" className={css.share}>
                  {t('sources.streams.share')}
                </th>
                <th scope="col" className={`${css.number} ${css.wide}`}>
                  {t('sources.streams.rows')}
                </th>
                <th scope="col" className={css.wide}>
                  {t('sources.streams.trend')}
                </th>
              </tr>
            </thead>
            <tbody>
              {data.volumes.map((volume) => {
                const share = data.bytes > 0 ? volume.bytes / data.bytes : 0;
                const trend = trends?.get(volume.value);
                return (
                  <tr key={volume.value}>
                    <th scope="row" className={css.name}>
                      <Link
                        to="/logs"
                        search={inLogs(recordsWith(data.field, volume.value))}
                        translate="no"
                        title={volume.value}
                      >
                        {volume.value || t('sources.streams.without')}
                      </Link>
                    </th>
                    <td className={css.number}>{bytes(volume.bytes)}</td>
                    <td className={css.share}>
                      <span className={css.track} aria-hidden="true">
                        <i style={{ width: `${share * 100}%` }} />
                      </span>
                      {t('sources.unit.percent', { n: (share * 100).toFixed(1) })}
                    </td>
                    <td className={`${css.number} ${css.wide}`}>{count(volume.rows)}</td>
                    <td className={css.wide}>
                      {trend && (
                        <Spark
                          values={trend}
                          label={t('sources.streams.trendOf', { name: volume.value })}
                        />
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          {data.volumes.length === most && listed < data.bytes && (
            <p className={css.note}>
              {t('sources.streams.rest', { n: most, bytes: bytes(data.bytes - listed) })}
            </p>
          )}
          <p className={css.note}>
            {t('sources.streams.note')}{' '}
            {may('settings') && (
              <Link
                to="/system"
                search={({ from, to, tz }) => ({ from, to, tz, edit: true as const })}
              >
                {t('sources.streams.retention')}
              </Link>
            )}
          </p>
        </div>
      )}
    </>
  );
}
