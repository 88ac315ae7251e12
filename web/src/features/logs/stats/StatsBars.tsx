import { type Ref, useImperativeHandle, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { cut } from '../../../chart/chartImage';
import { count } from '../../../ui/quantity';
import { termAttributes } from '../terms';
import type { ChartHandle } from './chartHandle';
import css from './StatsBars.module.css';
import type { ChartData } from './series';
import type { Unit } from './units';
import { useUnitText } from './useUnitText';

interface StatsBarsProps {
  data: ChartData;
  unit: Unit;
  /** The one field that names the bars, when a bar can be narrowed down to. */
  field: string | undefined;
  /** What the numbers are, and of when. */
  note: string;
  onNarrow: (field: string, value: string, mode: 'only' | 'not') => void;
  ref?: Ref<ChartHandle>;
}

const barHeight = 26;

/** An answer by label as horizontal bars, the longest first. */
export function StatsBars({ data, unit, field, note, onNarrow, ref }: StatsBarsProps) {
  const { t } = useTranslation();
  const unitText = useUnitText();
  const host = useRef<HTMLDivElement>(null);
  const { series, leftOut } = data;
  const max = series.reduce((most, { weight }) => Math.max(most, weight), 0);
  const nameOf = (i: number) =>
    (series[i]?.other ? t('logs.histogram.other') : series[i]?.name) ?? '';
  const share = (value: number) => (max > 0 ? Math.max(0, value / max) : 0);

  useImperativeHandle(ref, () => ({
    image: (query) => {
      if (!host.current) return null;
      const bars = series.map(({ weight }, i) => ({ name: nameOf(i), weight }));
      return {
        element: host.current,
        query,
        note,
        legend: [],
        width: host.current.clientWidth,
        height: bars.length * barHeight,
        draw: ({ ctx, left, top, width, token }) => {
          const names = Math.min(260, width * 0.3);
          const numbers = 90;
          bars.forEach(({ name, weight }, i) => {
            const y = top + i * barHeight + barHeight / 2;
            ctx.fillStyle = token('--text-1');
            ctx.textAlign = 'left';
            ctx.fillText(cut(ctx, name, names - 12), left, y);
            ctx.fillStyle = token('--chart-1');
            ctx.fillRect(left + names, y - 7, (width - names - numbers) * share(weight), 14);
            ctx.fillStyle = token('--text-2');
            ctx.textAlign = 'right';
            ctx.fillText(unitText(weight, unit), left + width, y);
          });
        },
      };
    },
  }));

  return (
    <div ref={host} className={css.bars}>
      <p className={css.note} translate="no">
        {note}
      </p>
      <ul>
        {series.map(({ name, weight, other }, i) => {
          const inside = (
            <>
              <span className={css.name}>{nameOf(i)}</span>
              <span className={css.track}>
                <i style={{ width: `${share(weight) * 100}%` }} />
              </span>
              <b className={css.number}>{unitText(weight, unit)}</b>
            </>
          );
          return (
            <li key={other ? '\0' : name} title={nameOf(i)}>
              {field && !other ? (
                <button
                  type="button"
                  className={css.bar}
                  {...termAttributes({ field, value: name })}
                  onClick={() => onNarrow(field, name, 'only')}
                >
                  {inside}
                </button>
              ) : (
                <div className={css.bar}>{inside}</div>
              )}
            </li>
          );
        })}
      </ul>
      {leftOut > 0 && (
        <p className={css.note}>{t('logs.stats.leftOut', { count: leftOut, n: count(leftOut) })}</p>
      )}
    </div>
  );
}
