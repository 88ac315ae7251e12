import { useTranslation } from 'react-i18next';
import type { System } from '../../../api/system';
import { bytes, count, decimal } from '../../../ui/quantity';
import { Section } from '../../../ui/Section';
import { type Health, StateMark } from '../../../ui/StateMark';
import { TableHead } from '../../../ui/TableHead';
import { useDurationText } from '../../../ui/useDurationText';

const marks: Record<System['partitions'][number]['state'], Health> = {
  ok: 'ok',
  behind: 'warn',
  stopped: 'critical',
  unowned: 'critical',
  offline: 'critical',
};

/** The queue's partitions and how far searches are behind in each. */
export function Partitions({ partitions }: Pick<System, 'partitions'>) {
  const { t } = useTranslation();
  const durationText = useDurationText();
  return (
    <Section title={t('system.partitions.title')} note={t('system.partitions.note')}>
      <table>
        <TableHead
          columns={[
            [t('system.partitions.partition')],
            [t('system.partitions.lagRecords'), 'number'],
            [t('system.partitions.lagTime'), 'number'],
            [t('system.partitions.rate'), 'number', 'wide'],
            [t('system.partitions.held'), 'number'],
          ]}
        />
        <tbody>
          {partitions.map((row) => (
            <tr key={row.partition} title={t(`system.partitions.state.${row.state}`)}>
              <th scope="row">
                <span data-marked="">
                  <StateMark health={marks[row.state]} /> {row.partition}
                </span>
              </th>
              <td data-number="" data-dim={row.lag_records === 0 || undefined}>
                {count(row.lag_records)}
              </td>
              <td data-number="" data-dim={!row.lag_ms || undefined} data-state={marks[row.state]}>
                {row.lag_ms === null ? '–' : durationText(row.lag_ms)}
              </td>
              <td data-number="" data-wide="">
                {decimal(row.records_per_second)}
              </td>
              <td data-number="" data-dim="">
                {bytes(row.bytes)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
