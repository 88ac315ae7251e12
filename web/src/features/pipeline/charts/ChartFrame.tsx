import { useTranslation } from 'react-i18next';
import { useTime } from '../../../app/TimeProvider';
import { TimeLines, type TimeLinesProps } from '../../../chart/TimeLines';
import { clock } from '../../../time/clock';
import type { TimeWindow } from '../../../time/range';
import { zoneName } from '../../../time/zone';
import { useCopy } from '../../../ui/clipboard';
import css from './Charts.module.css';

interface ChartFrameProps
  extends Pick<TimeLinesProps, 'times' | 'lines' | 'limit' | 'marks' | 'valueText' | 'onHover'> {
  title: string;
  unit: string;
  /** The metric as Prometheus reads it; a click copies it. */
  metric: string;
  /** The moment at the cursor, in ms since the epoch; undefined for the newest. */
  hoveredAt: number | undefined;
  legend: readonly { name: string; colour: string; dashed?: boolean; value: string }[];
  span: TimeWindow;
}

/** A chart of the page: title, unit, metric, values at the cursor that all charts share. */
export function ChartFrame(props: ChartFrameProps) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const { title, unit, metric, hoveredAt, legend, span, ...chart } = props;
  const [copied, copy] = useCopy();
  return (
    <section>
      <header className={css.head}>
        <h2>{title}</h2>
        <small>{unit}</small>
        <button
          type="button"
          className={css.metric}
          title={metric}
          translate="no"
          onClick={() => copy(metric)}
        >
          {copied === 'idle' ? metric : t(`copy.${copied}`)}
        </button>
        <span className={css.legend}>
          {hoveredAt !== undefined && <time>{clock(hoveredAt, zone, 'second')}</time>}
          {legend.map(({ name, colour, dashed, value }) => (
            <span key={name}>
              <i data-dashed={dashed || undefined} style={{ color: `var(${colour})` }} />
              {name} <b>{value}</b>
            </span>
          ))}
        </span>
      </header>
      <TimeLines
        {...chart}
        label={`${title}: ${legend.map(({ name, value }) => `${name} ${value}`).join(', ')}`}
        start={span.start}
        end={span.end}
        zone={zone}
        endLabel={`${clock(span.end, zone, 'minute')} ${zoneName(span.end, zone)}`}
        height={118}
        sync="pipeline"
      />
    </section>
  );
}
