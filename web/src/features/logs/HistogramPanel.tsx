import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTime } from '../../app/TimeProvider';
import { type Layer, StackedBars } from '../../chart/StackedBars';
import { clock, day, span } from '../../time/clock';
import type { TimeWindow } from '../../time/range';
import { zoneName, zoneOffset } from '../../time/zone';
import { usePhone } from '../../ui/media';
import { count } from '../../ui/quantity';
import css from './HistogramPanel.module.css';
import { SeveritySwatch } from './SeveritySwatch';
import type { Severity } from './severity';
import { useDurationText } from './useDurationText';
import type { HistogramOfWindow } from './useSelectionQueries';

interface HistogramPanelProps {
  histogram: HistogramOfWindow | undefined;
  /** The counts answer an earlier question. */
  old: boolean;
  window: TimeWindow;
  onZoom: (start: number, end: number) => void;
  onBack: () => void;
  onOnly: (severity: string) => void;
}

const height = { desktop: 92, phone: 76 };
const noTimes: number[] = [];
const noLayers: Layer[] = [{ name: 'info', colour: '--bar-info', values: [] }];

function colourOf(severity: Severity | 'none'): string {
  return severity === 'none' ? '--bar-trace' : `--bar-${severity}`;
}

/** Lines over time by severity. The legend shows the totals, or the counts of the bar under the pointer. */
export function HistogramPanel(props: HistogramPanelProps) {
  const { histogram, old, window, onZoom, onBack, onOnly } = props;
  const { t } = useTranslation();
  const { zone, now } = useTime();
  const phone = usePhone();
  const durationText = useDurationText();
  const [bucket, setBucket] = useState(-1);

  // While a new answer is on its way the old bars keep their own window, else they would slide.
  const shown = histogram?.window ?? window;
  const step = histogram?.step ?? 0;
  const hovered = histogram?.times[bucket];
  const zoneText = zoneName(shown.end, zone);
  const endText =
    shown.end - shown.start > 2 * 86_400_000
      ? day(shown.end, zone).slice(5)
      : clock(shown.end, zone, 'minute');
  const layers: Layer[] =
    histogram && histogram.layers.length > 0
      ? histogram.layers.map(({ severity, values }) => ({
          name: severity,
          colour: colourOf(severity),
          values,
        }))
      : noLayers;
  const stepText = step > 0 ? t('logs.histogram.step', { step: durationText(step) }) : '';
  const rangeText = (start: number, end: number) =>
    `${span(start, end, zone, now)} · ${durationText(end - start)}`;

  return (
    <section
      className={css.panel}
      aria-label={t('logs.histogram.title')}
      data-old={old || undefined}
    >
      <div className={css.head}>
        <span className={css.caption}>
          {hovered === undefined
            ? `${stepText} · ${zone} (${zoneOffset(shown.end, zone)})`
            : `${span(hovered, hovered + step, zone, now)} ${zoneText}`}
        </span>
        <span className={css.legend}>
          {[...(histogram?.layers ?? [])].reverse().map(({ severity, values, total }) => (
            <button
              key={severity}
              type="button"
              className={css.level}
              title={t('logs.only')}
              onClick={() => onOnly(severity === 'none' ? '' : severity)}
            >
              <SeveritySwatch severity={severity} />
              {severity === 'none' ? t('logs.noSeverity') : severity}
              <b>{count(hovered === undefined ? total : (values[bucket] ?? 0))}</b>
            </button>
          ))}
        </span>
      </div>
      <StackedBars
        label={t('logs.histogram.label', {
          step: stepText,
          range: span(shown.start, shown.end, zone, now),
          total: count(histogram?.total ?? 0),
        })}
        times={histogram?.times ?? noTimes}
        step={step}
        layers={layers}
        start={shown.start}
        end={shown.end}
        zone={zone}
        endLabel={`${endText} ${zoneText}`}
        height={phone ? height.phone : height.desktop}
        rangeText={rangeText}
        onHover={setBucket}
        onZoom={onZoom}
        onBack={onBack}
      />
    </section>
  );
}
