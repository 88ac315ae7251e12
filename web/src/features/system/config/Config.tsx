import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { fetchConfig, type System, type SystemConfig } from '../../../api/system';
import { AnswerState } from '../../../app/AnswerState';
import { Button } from '../../../ui/Button';
import { Empty } from '../../../ui/Empty';
import { count } from '../../../ui/quantity';
import { Section } from '../../../ui/Section';
import { TableHead } from '../../../ui/TableHead';
import { useSystemSearch } from '../useSystemSearch';
import css from './Config.module.css';
import { type SettingDocs, useSettingDocs } from './useSettingDocs';

/** The version and the settings in effect, with where each comes from. */
export function Config({ system }: { system: System | undefined }) {
  const { t } = useTranslation();
  const [{ find = '' }, change] = useSystemSearch();
  const answer = useQuery({
    queryKey: ['system config'],
    queryFn: ({ signal }) => fetchConfig(signal),
    refetchInterval: 30_000,
    staleTime: 0,
  });
  const { data } = answer;
  const docOf = useSettingDocs();
  const values = data ? matching(data.values, docOf, find) : [];
  return (
    <Section
      title={t('system.config.title')}
      note={system && <span translate="no">{`haetae ${system.version}`}</span>}
      end={data && (data.file ? <code>{data.file}</code> : t('system.config.noFile'))}
    >
      <div className={css.bar}>
        <input
          type="search"
          className={css.find}
          aria-label={t('system.config.find')}
          placeholder={t('system.config.find')}
          value={find}
          onChange={({ target }) => change({ find: target.value || undefined }, true)}
        />
        {data && (
          <span>
            {t('system.config.shown', { n: count(values.length), of: count(data.values.length) })}
          </span>
        )}
      </div>
      <AnswerState answer={answer} failed={t('system.config.failed')} />
      {data && values.length === 0 && (
        <Empty title={t('system.config.none')}>
          <Button size="small" onClick={() => change({ find: undefined })}>
            {t('system.config.all')}
          </Button>
        </Empty>
      )}
      {values.length > 0 && (
        <table>
          <TableHead
            columns={[
              [t('system.config.key')],
              [t('system.config.value')],
              [t('system.config.source'), 'wide'],
            ]}
          />
          <tbody>
            {values.map((value) => (
              <tr key={value.key} data-default={value.default || undefined}>
                <th scope="row" className={css.key} translate="no">
                  <code>{value.key}</code>
                  {value.doc && <small>{docOf(value)}</small>}
                </th>
                <td className={css.value} translate="no">
                  <code>{value.value || '""'}</code>
                </td>
                <td data-wide="" data-dim={value.default || undefined}>
                  {t(`system.config.from.${value.source}`)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

/** The settings whose key, value or meaning holds every word. */
function matching(
  values: SystemConfig['values'],
  docOf: SettingDocs,
  find: string,
): SystemConfig['values'] {
  const words = find.toLowerCase().split(/\s+/);
  return values.filter((one) => {
    const text = `${one.key} ${one.value} ${docOf(one)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
