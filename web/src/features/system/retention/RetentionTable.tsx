import { useTranslation } from 'react-i18next';
import type { Retention, SystemDisk } from '../../../api/system';
import { useMe } from '../../../app/me';
import { useTime } from '../../../app/TimeProvider';
import { day } from '../../../time/clock';
import { Button } from '../../../ui/Button';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { Meter } from '../../../ui/Meter';
import { bytes, decimal } from '../../../ui/quantity';
import { Section } from '../../../ui/Section';
import { TableHead } from '../../../ui/TableHead';
import { useRetention } from '../useSystem';
import { useSystemSearch } from '../useSystemSearch';
import { retentionRows } from './rows';
import { useSpanText } from './useSpanText';

/** How long records are kept by which rule, and what each rule keeps now. */
export function RetentionTable({ disk }: { disk: SystemDisk }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useRetention();
  const [, change] = useSystemSearch();
  const { may } = useMe();
  return (
    <Section
      title={t('system.retention.title')}
      note={t('system.retention.note')}
      end={
        data?.editable &&
        may('settings') && (
          <Button look="link" onClick={() => change({ edit: true })}>
            {t('system.retention.edit')}
          </Button>
        )
      }
    >
      {!data && error && (
        <ErrorNotice
          error={error}
          title={t('system.retention.failed')}
          onRetry={() => void refetch()}
        />
      )}
      {data && <Rules retention={data} disk={disk} />}
    </Section>
  );
}

function Rules({ retention, disk }: { retention: Retention; disk: SystemDisk }) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const spanText = useSpanText();
  return (
    <table>
      <TableHead
        columns={[
          [t('system.retention.dataset')],
          [t('system.retention.filter')],
          [t('system.retention.keep'), 'number'],
          [t('system.retention.most'), 'number', 'wide'],
          [t('system.retention.now'), 'number'],
          [t('system.retention.ratio'), 'number', 'wider'],
          [t('system.retention.oldest'), 'number', 'wide'],
        ]}
      />
      <tbody>
        {retentionRows(retention).map((row) => (
          <tr key={`${row.dataset} ${row.filter}`}>
            <th scope="row" translate="no">
              {row.dataset || t('system.retention.any')}
            </th>
            <td data-long="" title={row.filter} translate="no">
              <code>{row.filter || '*'}</code>
            </td>
            <td data-number="">{spanText(row.keep)}</td>
            <td data-number="" data-wide="" data-dim="">
              {row.isDefault && retention.default.max_size !== '0'
                ? retention.default.max_size
                : '–'}
            </td>
            <td data-number="">
              {row.isDefault && disk.bound > 0 && (
                <Meter used={disk.used_by_haetae} bound={disk.bound} />
              )}{' '}
              {bytes(row.bytes)}
            </td>
            <td data-number="" data-wider="">
              {row.bytes > 0 ? `${decimal(row.rawBytes / row.bytes)}×` : '–'}
            </td>
            <td data-number="" data-wide="" data-dim="">
              {row.oldest === null ? '–' : day(row.oldest, zone)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
