import { useTranslation } from 'react-i18next';
import { count } from '../../ui/quantity';
import css from './HistogramTable.module.css';
import { useLayerName } from './useLayerName';
import type { HistogramOfWindow } from './useSelectionQueries';

interface HistogramTableProps {
  histogram: HistogramOfWindow;
  past: readonly number[] | null;
  bucketName: (start: number) => string;
}

/** The histogram's numbers, the newest first. */
export function HistogramTable({ histogram, past, bucketName }: HistogramTableProps) {
  const { t } = useTranslation();
  const layerName = useLayerName();
  const { by, layers, times } = histogram;
  const columns = [...layers].reverse();
  const totals = times.map((_, i) => layers.reduce((sum, { values }) => sum + (values[i] ?? 0), 0));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className={css.scroller} tabIndex={0}>
      <table className={css.table} aria-label={t('logs.histogram.title')}>
        <thead>
          <tr>
            <th scope="col">{t('logs.histogram.time')}</th>
            {columns.map(({ value }) => (
              <th key={value ?? '\0'} scope="col">
                {layerName(by, value)}
              </th>
            ))}
            <th scope="col">{t('logs.histogram.total')}</th>
            {past && <th scope="col">{t('logs.histogram.before')}</th>}
          </tr>
        </thead>
        <tbody>
          {times
            .map((time, i) => (
              <tr key={time}>
                <th scope="row">{bucketName(time)}</th>
                {columns.map(({ value, values }) => (
                  <td key={value ?? '\0'} data-zero={values[i] === 0 || undefined}>
                    {count(values[i] ?? 0)}
                  </td>
                ))}
                <td>{count(totals[i] ?? 0)}</td>
                {past && <td>{count(past[i] ?? 0)}</td>}
              </tr>
            ))
            .reverse()}
        </tbody>
      </table>
    </div>
  );
}
