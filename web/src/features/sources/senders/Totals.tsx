import { useTranslation } from 'react-i18next';
import type { Sources } from '../../../api/sources';
import { bytes, count, decimal } from '../../../ui/quantity';
import css from './Totals.module.css';

interface Figure {
  id: 'receiving' | 'volume' | 'senders' | 'rejected' | 'raw' | 'dropped';
  value: string;
  unit: string;
  look?: 'warn' | 'critical' | undefined;
}

/** What all senders together do, in a strip of numbers. */
export function Totals({ totals, sources }: Sources) {
  const { t } = useTranslation();
  const [size = '', sizeUnit = ''] = bytes(totals.bytes_per_second).split(' ');
  const inputs = new Set(sources.map(({ input }) => input)).size;
  const figures: Figure[] = [
    {
      id: 'receiving',
      value: decimal(totals.records_per_second),
      unit: t('sources.unit.recordsPerSecond'),
    },
    { id: 'volume', value: size, unit: t('sources.unit.perSecond', { unit: sizeUnit }) },
    {
      id: 'senders',
      value: count(totals.sources),
      unit: t('sources.totals.inputs', { count: inputs }),
    },
    {
      id: 'rejected',
      value: count(totals.rejected_hour),
      unit: t('sources.unit.records'),
      look: totals.rejected_hour > 0 ? 'critical' : undefined,
    },
    {
      id: 'raw',
      value: count(totals.raw_kept_hour),
      unit: t('sources.unit.records'),
      look: totals.raw_kept_hour > 0 ? 'warn' : undefined,
    },
    { id: 'dropped', value: count(totals.dropped_hour), unit: t('sources.unit.records') },
  ];
  return (
    <dl className={css.strip}>
      {figures.map(({ id, value, unit, look }) => (
        <div key={id} data-figure={id}>
          <dt>{t(`sources.totals.${id}`)}</dt>
          <dd data-look={look} data-zero={value === '0' || undefined}>
            {value} <small>{unit}</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}
