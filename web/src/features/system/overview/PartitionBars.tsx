import { useTranslation } from 'react-i18next';
import type { System } from '../../../api/system';
import { decimal } from '../../../ui/quantity';
import css from './Charts.module.css';

/** Whether the partitions take an equal part of what comes in. */
export function PartitionBars({ partitions }: Pick<System, 'partitions'>) {
  const { t } = useTranslation();
  const rates = partitions.map(({ records_per_second }) => records_per_second);
  const most = Math.max(0, ...rates);
  const least = Math.min(...rates);
  return (
    <section>
      <header className={css.head}>
        <h2>{t('system.charts.partitions')}</h2>
        <small>{t('system.unit.perSecond')}</small>
        {least > 0 && (
          <b>
            <small>{t('system.charts.skew')}</small> {decimal(most / least)}
          </b>
        )}
      </header>
      <ul className={css.bars}>
        {partitions.map(({ partition, records_per_second: rate }) => (
          <li
            key={partition}
            title={t('system.charts.partition', { partition, rate: decimal(rate) })}
          >
            <span>{decimal(rate)}</span>
            <i style={{ height: `${most > 0 ? (rate / most) * 66 : 0}%` }} />
            <span>{partition}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
