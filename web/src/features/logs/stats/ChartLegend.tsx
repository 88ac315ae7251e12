import { useTranslation } from 'react-i18next';
import { count } from '../../../ui/quantity';
import { LayerSwatch } from '../LayerSwatch';
import css from './StatsChart.module.css';

interface LegendEntry {
  id: string;
  name: string;
  colour: string;
  on: boolean;
  /** The value at the cursor. */
  text: string;
}

interface ChartLegendProps {
  entries: readonly LegendEntry[];
  /** Groups that are not drawn. */
  leftOut: number;
  onToggle: (id: string) => void;
}

/** The series of a chart; a press turns one off and on again. */
export function ChartLegend({ entries, leftOut, onToggle }: ChartLegendProps) {
  const { t } = useTranslation();
  return (
    <div className={css.legend}>
      {entries.map(({ id, name, colour, on, text }) => (
        <button key={id} type="button" aria-pressed={on} title={name} onClick={() => onToggle(id)}>
          <LayerSwatch colour={on ? colour : '--line-3'} />
          <span translate="no">{name}</span>
          <b>{text}</b>
        </button>
      ))}
      {leftOut > 0 && (
        <span className={css.more}>
          {t('logs.stats.leftOut', { count: leftOut, n: count(leftOut) })}
        </span>
      )}
    </div>
  );
}
