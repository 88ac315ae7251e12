import { useQuery } from '@tanstack/react-query';
import { type Ref, useImperativeHandle, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { fetchStatsRange, fetchTable } from '../../../api/select';
import { useTime } from '../../../app/TimeProvider';
import { TimeChart } from '../../../chart/TimeChart';
import { clock, span } from '../../../time/clock';
import { gridOf } from '../../../time/grid';
import { stepFor, type TimeWindow } from '../../../time/range';
import { zoneName } from '../../../time/zone';
import { useDurationText } from '../../../ui/useDurationText';
import { differenceText } from '../histogram';
import type { ChartHandle } from './chartHandle';
import css from './StatsNumber.module.css';
import { numberOf, type StatsColumn } from './table';
import { useUnitText } from './useUnitText';

interface StatsNumberProps {
  query: string;
  window: TimeWindow;
  column: StatsColumn;
  value: number;
  onZoom: (start: number, end: number) => void;
  onBack: () => void;
  ref?: Ref<ChartHandle>;
}

const points = 60;

/** An answer of one number: the number itself, how it differs from the time before, and its course. */
export function StatsNumber(props: StatsNumberProps) {
  const { query, window, column, value, onZoom, onBack, ref } = props;
  const { t } = useTranslation();
  const { zone, now } = useTime();
  const unitText = useUnitText();
  const durationText = useDurationText();
  const host = useRef<HTMLDivElement>(null);
  const { name, unit } = column;
  const length = window.end - window.start;
  const step = stepFor(window, points);
  const key = [query, window.start, window.end];

  const before = useQuery({
    queryKey: ['number before', ...key],
    queryFn: async ({ signal }) => {
      const earlier = { query, start: window.start - length, end: window.start };
      const [row] = await fetchTable(earlier, 1, signal);
      const number = row ? numberOf(row, name) : Number.NaN;
      // NaN differs from itself: the query would take each look at it for a change, and draw for ever.
      return Number.isFinite(number) ? number : null;
    },
    gcTime: 60_000,
  });
  const course = useQuery({
    queryKey: ['number course', ...key, zone],
    queryFn: async ({ signal }) => {
      const grid = gridOf(window, step, zone);
      const series = await fetchStatsRange({ query, ...window }, grid, signal);
      const found = new Map(series.find((one) => one.name === name)?.points);
      return { ...grid, values: grid.times.map((time) => found.get(time) ?? null) };
    },
    gcTime: 60_000,
  });

  const text = unitText(value, unit);
  const zoneText = zoneName(window.end, zone);
  const note = `${span(window.start, window.end, zone, now)} ${zoneText}`;
  const difference = differenceText(value, before.data ?? 0);
  const drawn = course.data?.values.some((one) => one !== null) ? course.data : null;

  useImperativeHandle(ref, () => ({
    image: (shown) => {
      const canvas = host.current?.querySelector('canvas');
      if (!host.current) return null;
      return {
        element: host.current,
        query: shown,
        note,
        legend: [],
        width: 640,
        height: 160,
        draw: ({ ctx, left, top, width, token }) => {
          ctx.font = `${token('--fw-title')} ${token('--fs-7')} ${token('--font-ui')}`;
          ctx.fillStyle = token('--text-1');
          ctx.fillText(text, left, top + 24);
          if (canvas) ctx.drawImage(canvas, left, top + 60, width, 100);
        },
      };
    },
  }));

  return (
    <div ref={host} className={css.number}>
      <p className={css.name}>{name}</p>
      <p className={css.value}>{text}</p>
      <p className={css.note}>
        {note}
        {difference && typeof before.data === 'number' && (
          <>
            {' · '}
            <b>{difference}</b>{' '}
            {t('logs.stats.against', {
              time: durationText(length),
              value: unitText(before.data, unit),
            })}
          </>
        )}
        {(before.isError || course.isError) && ` · ${t('logs.stats.noCourse')}`}
      </p>
      <div className={css.course}>
        {drawn && (
          <TimeChart
            label={`${name}, ${note}`}
            times={drawn.times}
            step={step}
            layers={[{ name, colour: '--chart-1', values: drawn.values }]}
            look="lines"
            valueText={(one) => unitText(one, unit)}
            start={window.start}
            end={window.end}
            zone={zone}
            endLabel={`${clock(window.end, zone, 'minute')} ${zoneText}`}
            height={110}
            rangeText={(from, to) => span(from, to, zone, now)}
            bucketText={(at) => courseText(at)}
            tooltip={(at) => courseText(at)}
            onHover={() => undefined}
            onZoom={onZoom}
            onBack={onBack}
          />
        )}
      </div>
    </div>
  );

  function courseText(at: number): string {
    const start = drawn?.times[at] ?? 0;
    const there = drawn?.values[at];
    const words = typeof there === 'number' ? unitText(there, unit) : '–';
    return `${span(start, start + step, zone, now)} ${zoneText} · ${words}`;
  }
}
