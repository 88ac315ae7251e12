import { useTranslation } from 'react-i18next';
import type { System } from '../../../api/system';
import { bytes, count, decimal } from '../../../ui/quantity';
import { Section } from '../Section';

/** What the store holds of each dataset, in segments and not in one yet. */
export function Datasets({ datasets }: Pick<System, 'datasets'>) {
  const { t } = useTranslation();
  return (
    <Section title={t('system.datasets.title')} note={t('system.datasets.note')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('system.datasets.dataset')}</th>
            <th scope="col" data-number="" data-wide="">
              {t('system.datasets.today')}
            </th>
            <th scope="col" data-number="">
              {t('system.datasets.all')}
            </th>
            <th scope="col" data-number="">
              {t('system.datasets.size')}
            </th>
            <th scope="col" data-number="" data-wide="">
              {t('system.datasets.ratio')}
            </th>
            <th scope="col" data-number="" data-wider="">
              {t('system.datasets.rows')}
            </th>
            <th scope="col" data-number="">
              {t('system.datasets.rate')}
            </th>
            <th scope="col" data-number="" data-wide="">
              {t('system.datasets.unsealed')}
            </th>
          </tr>
        </thead>
        <tbody>
          {datasets.map((row) => (
            <tr key={row.dataset}>
              <th scope="row" translate="no">
                {row.dataset}
              </th>
              <td data-number="" data-wide="">
                {count(row.segments_today)}
              </td>
              <td data-number="">{count(row.segments)}</td>
              <td data-number="">{bytes(row.bytes)}</td>
              <td data-number="" data-wide="" data-dim={row.bytes === 0 || undefined}>
                {row.bytes > 0 ? `${decimal(row.raw_bytes / row.bytes)}×` : '–'}
              </td>
              <td data-number="" data-wider="">
                {count(row.rows)}
              </td>
              <td data-number="">{decimal(row.records_per_second)}</td>
              <td data-number="" data-wide="" data-dim="">
                {bytes(row.unsealed_bytes)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
