import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PipelineEvent } from '../../../api/pipeline';
import { useTime } from '../../../app/TimeProvider';
import type { TimeLine } from '../../../chart/TimeLines';
import { clock } from '../../../time/clock';
import type { TimeWindow } from '../../../time/range';
import { decimal } from '../../../ui/quantity';
import { target } from '../target';
import { usePipelineTexts } from '../usePipelineTexts';
import { ChartFrame } from './ChartFrame';
import { type Level, type Points, shownIndex } from './history';

interface BehindChartProps {
  points: Points;
  level: Level | null;
  events: readonly PipelineEvent[];
  span: TimeWindow;
}

/** How late records are found, with the target, the members that were lost, and when that will be over. */
export function BehindChart({ points, level, events, span }: BehindChartProps) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const { behindText } = usePipelineTexts();
  const [hovered, setHovered] = useState(-1);
  const drawn = useMemo(() => linesOf(points, level), [points, level]);
  const marks = events
    .filter(({ kind }) => kind === 'gone')
    .map(({ time, name }) => ({
      at: Date.parse(time),
      text: t('pipeline.charts.lost', { member: name }),
    }));
  const value = points.values[shownIndex(points, hovered)] ?? null;
  const shown = behindText(value === null ? null : value * 1000);
  return (
    <ChartFrame
      title={t('pipeline.charts.behind')}
      unit="s"
      metric="haetae_queue_lag_seconds"
      hoveredAt={hovered >= 0 ? points.times[hovered] : undefined}
      legend={[
        { name: t('pipeline.charts.queue'), colour: '--chart-1', value: shown },
        ...(level
          ? [
              {
                name: t('pipeline.charts.expected'),
                colour: '--chart-1',
                dashed: true,
                value: clock(level.at, zone, 'second'),
              },
            ]
          : []),
      ]}
      span={span}
      times={drawn.times}
      lines={drawn.lines}
      limit={{ value: target / 1000, text: t('pipeline.charts.target', { n: target / 1000 }) }}
      marks={marks}
      valueText={decimal}
      onHover={setHovered}
    />
  );
}

function linesOf({ times, values }: Points, level: Level | null) {
  const measured: TimeLine = { colour: '--chart-1', filled: true, values };
  if (!level) return { times, lines: [measured] };
  const expected: TimeLine = {
    colour: '--chart-1',
    dashed: true,
    values: [...values.slice(0, -1).map(() => null), level.from, 0],
  };
  return {
    times: [...times, level.at],
    lines: [{ ...measured, values: [...values, null] }, expected],
  };
}
