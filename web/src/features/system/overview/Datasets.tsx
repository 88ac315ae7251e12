import { useTranslation } from 'react-i18next';
import type { System } from '../../../api/system';
import { bytes, count, decimal } from '../../../ui/quantity';
import { Section } from '../../../ui/Section';
import { TableHead } from '../../../ui/TableHead';

/** What the store holds of each dataset, in segments and not in one yet. */
export function Datasets({ datasets }: Pick<System, 'datasets'>) {
  const { t } = useTranslation();
  return (
    <Section title={t('system.datasets.title')} note={t('system.datasets.note')}>
      <table>
        <TableHead
          columns={[
            [t('system.datasets.dataset')],
            [t('system.datasets.today'), 'number', 'wide'],
            [t('system.datasets.all'), 'number'],
            [t('system.datasets.size'), 'number'],
            [t('system.datasets.ratio'), 'number', 'wide'],
            [t('system.datasets.rows'), 'number', 'wider'],
            [t('system.datasets.rate'), 'number'],
            [t('system.datasets.unsealed'), 'number', 'wide'],
          ]}
        />
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
