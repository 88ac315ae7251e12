import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTime } from '../../app/TimeProvider';
import { type Layer, TimeChart } from '../../chart/TimeChart';
import { clock, day, span } from '../../time/clock';
import type { TimeWindow } from '../../time/range';
import { zoneName, zoneOffset } from '../../time/zone';
import { usePhone } from '../../ui/media';
import { count } from '../../ui/quantity';
import { useDurationText } from '../../ui/useDurationText';
import { HistogramHead } from './HistogramHead';
import css from './HistogramPanel.module.css';
import { HistogramTable } from './HistogramTable';
import { LayerSwatch } from './LayerSwatch';
import { useLayerName } from './useLayerName';
import type { HistogramOfWindow } from './useSelectionQueries';

/** What the histogram changes in the URL. */
export interface HistogramChange {
  by?: string | undefined;
  vs?: string | undefined;
}

interface HistogramPanelProps {
  /** Filter that the counts are of. */
  filter: string;
  histogram: HistogramOfWindow | undefined;
  /** Counts of the earlier time compared with. */
  past: readonly number[] | null;
  /** How long before it lies, as the URL has it. */
  vs: string | undefined;
  /** The counts answer an earlier question. */
  old: boolean;
  /** Records flow in. */
  live: boolean;
  window: TimeWindow;
  onZoom: (start: number, end: number) => void;
  onBack: () => void;
  onOnly: (field: string, value: string) => void;
  onChange: (change: HistogramChange) => void;
}

const height = { desktop: 92, phone: 76 };
const noTimes: number[] = [];
const noLayers: Layer[] = [{ name: '', colour: '--bar-info', values: [] }];

/** Lines over time by severity or another field. The legend shows the totals, or the counts of the bar at the cursor. */
export function HistogramPanel(props: HistogramPanelProps) {
  const { histogram, past, old, live, window, onZoom, onBack, onOnly } = props;
  const { t } = useTranslation();
  const { zone, now } = useTime();
  const phone = usePhone();
  const durationText = useDurationText();
  const layerName = useLayerName();
  const [bucket, setBucket] = useState(-1);
  const [asTable, setAsTable] = useState(false);

  // While a new answer is on its way the old bars keep their own window, else they would slide.
  const shown = histogram?.window ?? window;
  const step = histogram?.step ?? 0;
  const hovered = histogram?.times[bucket];
  const zoneText = zoneName(shown.end, zone);
  const offset = zoneOffset(shown.end, zone);
  const endText =
    shown.end - shown.start > 2 * 86_400_000
      ? day(shown.end, zone).slice(5)
      : clock(shown.end, zone, 'minute');
  const counted = histogram?.layers ?? [];
  const layers: Layer[] =
    counted.length > 0
      ? counted.map(({ value, colour, values }) => ({ name: value ?? '', colour, values }))
      : noLayers;
  const stepText = step > 0 ? t('logs.histogram.step', { step: durationText(step) }) : '';
  const rangeText = (start: number, end: number) =>
    `${span(start, end, zone, now)} · ${durationText(end - start)}`;
  const bucketName = (start: number) => `${span(start, start + step, zone, now)} ${zoneText}`;
  const valuesOf = (at: number) =>
    counted
      .map(({ value, colour, values }) => ({ value, colour, n: values[at] ?? 0 }))
      .filter(({ n }) => n > 0)
      .reverse();
  const bucketText = (at: number) =>
    [
      bucketName(histogram?.times[at] ?? shown.start),
      ...valuesOf(at).map(({ value, n }) => `${layerName(histogram?.by, value)} ${count(n)}`),
    ].join(', ');

  return (
    <section
      className={css.panel}
      aria-label={t('logs.histogram.title')}
      data-old={old || undefined}
    >
      <HistogramHead
        {...props}
        bucket={bucket}
        caption={
          hovered === undefined
            ? `${stepText} · ${zone === offset ? zone : `${zone} (${offset})`}`
            : bucketName(hovered)
        }
        asTable={asTable}
        onTable={() => setAsTable(!asTable)}
      />
      {asTable && histogram ? (
        <HistogramTable histogram={histogram} past={past} bucketName={bucketName} />
      ) : (
        <TimeChart
          label={t('logs.histogram.label', {
            count: histogram?.total ?? 0,
            step: stepText,
            range: span(shown.start, shown.end, zone, now),
            total: count(histogram?.total ?? 0),
          })}
          times={histogram?.times ?? noTimes}
          step={step}
          layers={layers}
          past={past ?? undefined}
          start={shown.start}
          end={shown.end}
          zone={zone}
          endLabel={`${endText} ${zoneText}`}
          height={phone ? height.phone : height.desktop}
          hold={live}
          rangeText={rangeText}
          bucketText={bucketText}
          tooltip={(at) => (
            <BarValues
              title={bucketName(histogram?.times[at] ?? 0)}
              values={valuesOf(at).map(({ value, colour, n }) => ({
                name: layerName(histogram?.by, value),
                colour,
                n,
              }))}
              past={past?.[at]}
            />
          )}
          onHover={setBucket}
          onZoom={onZoom}
          onPick={(layer) => {
            const value = counted[layer]?.value;
            if (histogram && typeof value === 'string') onOnly(histogram.by, value);
          }}
          onBack={onBack}
        />
      )}
    </section>
  );
}

interface BarValuesProps {
  title: string;
  values: { name: string; colour: string; n: number }[];
  past: number | undefined;
}

function BarValues({ title, values, past }: BarValuesProps) {
  const { t } = useTranslation();
  const total = values.reduce((sum, { n }) => sum + n, 0);
  return (
    <>
      <p className={css.tipTitle}>{title}</p>
      <dl className={css.tip}>
        {values.map(({ name, colour, n }) => (
          <div key={name}>
            <dt>
              <LayerSwatch colour={colour} />
              {name}
            </dt>
            <dd>{count(n)}</dd>
          </div>
        ))}
        <div>
          <dt>{t('logs.histogram.total')}</dt>
          <dd>{count(total)}</dd>
        </div>
        {past !== undefined && (
          <div>
            <dt>
              <LayerSwatch colour="--chart-past" dashed />
              {t('logs.histogram.before')}
            </dt>
            <dd>{count(past)}</dd>
          </div>
        )}
      </dl>
    </>
  );
}
