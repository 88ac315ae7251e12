import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TimeWindow } from '../../../time/range';
import { decimal, shortCount } from '../../../ui/quantity';
import { ChartFrame } from './ChartFrame';
import { type Points, shownIndex } from './history';

interface InOutChartProps {
  came: Points;
  went: Points;
  span: TimeWindow;
}

/** What comes in beside what is stored: where the second is lower, records wait. */
export function InOutChart({ came, went, span }: InOutChartProps) {
  const { t } = useTranslation();
  const [hovered, setHovered] = useState(-1);
  const lines = useMemo(
    () => [
      { colour: '--chart-past', values: came.values },
      { colour: '--chart-1', values: came.times.map((time) => valueAt(went, time)) },
    ],
    [came, went],
  );
  const at = shownIndex(came, hovered);
  const text = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : few(value);
  return (
    <ChartFrame
      title={t('pipeline.charts.inOut')}
      unit={t('system.unit.perSecond')}
      metric="rate(haetae_pipeline_consumed_records_total)"
      hoveredAt={hovered >= 0 ? came.times[hovered] : undefined}
      legend={lines.map(({ colour, values }, i) => ({
        name: t(i === 0 ? 'pipeline.charts.in' : 'pipeline.charts.out'),
        colour,
        value: text(values[at]),
      }))}
      span={span}
      times={came.times}
      lines={lines}
      valueText={few}
      onHover={setHovered}
    />
  );
}

// Counts below ten have halves on the axis.
function few(n: number): string {
  return n < 10 ? decimal(n) : shortCount(n);
}

// The two figures are asked for one after the other: one may already have a point more.
function valueAt({ times, values }: Points, time: number): number | null {
  const at = times.indexOf(time);
  return at < 0 ? null : (values[at] ?? null);
}
