import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTime } from '../../../app/TimeProvider';
import { type Layer, TimeChart } from '../../../chart/TimeChart';
import { clock, span } from '../../../time/clock';
import type { TimeWindow } from '../../../time/range';
import { zoneName } from '../../../time/zone';
import { useDurationText } from '../../../ui/useDurationText';
import { useHeight } from '../../../ui/useViewport';
import { LayerSwatch } from '../LayerSwatch';
import { ChartLegend } from './ChartLegend';
import type { ChartHandle } from './chartHandle';
import css from './StatsChart.module.css';
import { type ChartData, seriesColour } from './series';
import type { Unit } from './units';
import { useUnitText } from './useUnitText';

interface StatsChartProps {
  data: ChartData;
  unit: Unit;
  look: 'lines' | 'bars';
  window: TimeWindow;
  onZoom: (start: number, end: number) => void;
  onBack: () => void;
  ref?: Ref<ChartHandle>;
}

const least = 160;
const noHidden: ReadonlySet<string> = new Set();

/** An answer by time as lines or stacked bars. The legend turns series on and off and shows the values at the cursor. */
export function StatsChart({ data, unit, look, window, onZoom, onBack, ref }: StatsChartProps) {
  const { t } = useTranslation();
  const { zone, now } = useTime();
  const unitText = useUnitText();
  const durationText = useDurationText();
  const [room, setRoom] = useState<HTMLElement | null>(null);
  const height = Math.max(least, useHeight(room));
  const host = useRef<HTMLDivElement>(null);
  const [bucket, setBucket] = useState(-1);
  const [hidden, setHidden] = useState(noHidden);
  const { series, times, step } = data;
  const names = series.map(({ name }) => name).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: other series are all shown at first
  useEffect(() => setHidden(noHidden), [names]);

  const nameOf = (i: number) =>
    (series[i]?.other ? t('logs.histogram.other') : series[i]?.name) ?? '';
  const entries = series.map((one, i) => ({
    name: nameOf(i),
    colour: seriesColour(one, i),
    values: one.values,
    shown: !hidden.has(one.name),
  }));
  const shown = entries.filter((entry) => entry.shown);
  // What is largest lies at the bottom of a stack.
  const layers: Layer[] =
    shown.length > 0 ? shown : [{ name: '', colour: '--chart-1', values: [] }];
  const end = Math.max(window.end, (times.at(-1) ?? 0) + 1);
  const start = Math.min(window.start, times[0] ?? window.start);
  const valueText = (value: number) => unitText(value, unit);
  const zoneText = zoneName(end, zone);
  const bucketName = (at: number) =>
    `${span(times[at] ?? 0, (times[at] ?? 0) + step, zone, now)} ${zoneText}`;
  const valuesAt = (at: number) =>
    shown.flatMap(({ name, colour, values }) => {
      const value = values[at];
      return typeof value === 'number' ? [{ name, colour, text: valueText(value) }] : [];
    });
  const note = `${span(start, end, zone, now)} ${zoneText} · ${t('logs.stats.every', { step: durationText(step) })}`;

  useImperativeHandle(ref, () => ({
    image: (query) => {
      const canvas = host.current?.querySelector('canvas');
      if (!host.current || !canvas) return null;
      return {
        element: host.current,
        query,
        note,
        legend: shown,
        width: canvas.clientWidth,
        height: canvas.clientHeight,
        draw: ({ ctx, left, top, width, height: tall }) =>
          ctx.drawImage(canvas, left, top, width, tall),
      };
    },
  }));

  return (
    <div className={css.chart}>
      <p className={css.note}>{bucket < 0 ? note : bucketName(bucket)}</p>
      <div ref={setRoom} className={css.plot}>
        <div ref={host}>
          <TimeChart
            label={`${t('logs.stats.chart')}, ${note}`}
            times={times}
            step={step}
            layers={layers}
            look={look}
            valueText={valueText}
            start={start}
            end={end}
            zone={zone}
            endLabel={`${clock(end, zone, 'minute')} ${zoneText}`}
            height={height}
            rangeText={(from, to) => `${span(from, to, zone, now)} · ${durationText(to - from)}`}
            bucketText={(at) =>
              [bucketName(at), ...valuesAt(at).map(({ name, text }) => `${name} ${text}`)].join(
                ', ',
              )
            }
            tooltip={(at) => (
              <>
                <p className={css.tipTitle}>{bucketName(at)}</p>
                {valuesAt(at).map(({ name, colour, text }) => (
                  <p key={name} className={css.tip}>
                    <LayerSwatch colour={colour} />
                    <span>{name}</span>
                    <b>{text}</b>
                  </p>
                ))}
              </>
            )}
            onHover={setBucket}
            onZoom={onZoom}
            onBack={onBack}
          />
        </div>
      </div>
      <ChartLegend
        entries={entries.map(({ name, colour, values, shown: on }, i) => ({
          id: series[i]?.name ?? '',
          name,
          colour,
          on,
          text: typeof values[bucket] === 'number' ? valueText(values[bucket]) : '',
        }))}
        leftOut={data.leftOut}
        onToggle={(id) => {
          const next = new Set(hidden);
          if (!next.delete(id)) next.add(id);
          setHidden(next);
        }}
      />
    </div>
  );
}
