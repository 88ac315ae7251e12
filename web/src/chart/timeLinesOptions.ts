import uPlot from 'uplot';
import { drawLimit, drawMarks } from './lineMarks';
import { niceMax } from './scale';
import type { TimeLine, TimeLinesProps } from './TimeLines';
import { axisTicks } from './timeTicks';

const axisGap = 4;
// A limit is no edge: the texts of marks stand above it.
const aboveLimit = 1.1;

/** Columns for uPlot: times in seconds, then the lines. */
export function linesOf({
  times,
  lines,
}: Pick<TimeLinesProps, 'times' | 'lines'>): uPlot.AlignedData {
  return [times.map((time) => time / 1000), ...lines.map(({ values }) => [...values])];
}

/** The end of the value axis: it holds every value and the limit. */
export function axisMax({ lines, limit }: Pick<TimeLinesProps, 'lines' | 'limit'>): number {
  let most = (limit?.value ?? 0) * aboveLimit;
  for (const { values } of lines) for (const value of values) most = Math.max(most, value ?? 0);
  return niceMax(most, false);
}

/** Builds what uPlot draws. Colours are read from the tokens at the element; what changes later comes through props. */
export function linesOptions(
  element: HTMLElement,
  looks: readonly Omit<TimeLine, 'values'>[],
  height: number,
  sync: string | undefined,
  props: () => TimeLinesProps,
): uPlot.Options {
  const token = (name: string) => getComputedStyle(element).getPropertyValue(name).trim();
  const text = token('--text-3');
  const font = `${token('--fs-1')} ${token('--font-ui')}`;
  const fill = Math.round(Number(token('--chart-fill')) * 255)
    .toString(16)
    .padStart(2, '0');
  const axis: uPlot.Axis = { stroke: text, font, ticks: { show: false } };
  const ticks = (plot: uPlot) => axisTicks(props(), plot.width);
  return {
    width: Math.max(1, element.clientWidth),
    height,
    padding: [10, 0, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { size: 6 },
      ...(sync ? { sync: { key: sync, scales: ['x', null] as [string, null] } } : {}),
    },
    scales: {
      x: { time: true, range: () => [props().start / 1000, props().end / 1000] },
      y: { range: () => [0, axisMax(props())] },
    },
    axes: [
      {
        ...axis,
        size: 20,
        gap: axisGap,
        grid: { show: false },
        splits: (plot) => ticks(plot).map(({ at }) => at / 1000),
        values: (plot) => ticks(plot).map((tick) => tick.text),
      },
      {
        ...axis,
        size: 56,
        gap: 6,
        grid: { stroke: token('--chart-grid'), width: 1 },
        splits: (_plot, _axis, _min, max) => [0, max / 2, max],
        values: (_plot, splits) => splits.map(props().valueText),
      },
    ],
    series: [
      {},
      ...looks.map(
        ({ colour, dashed, filled }): uPlot.Series => ({
          stroke: token(colour),
          width: 1.5,
          spanGaps: false,
          points: { show: false },
          ...(dashed ? { dash: [4, 3] } : {}),
          ...(filled ? { fill: `${token(colour)}${fill}` } : {}),
        }),
      ),
    ],
    hooks: {
      setCursor: [
        (plot) => {
          // Charts that share a cursor need not show the same time: it may be beyond this one's edge.
          const { left = -1, idx } = plot.cursor;
          const inside = left >= 0 && left <= plot.over.clientWidth;
          props().onHover(inside ? (idx ?? -1) : -1);
        },
      ],
      draw: [
        (plot) => {
          const { ctx, bbox } = plot;
          const { endLabel, limit, marks } = props();
          ctx.save();
          ctx.font = `${uPlot.pxRatio * Number.parseInt(token('--fs-1'), 10)}px ${token('--font-ui')}`;
          ctx.fillStyle = text;
          ctx.textAlign = 'right';
          ctx.textBaseline = 'top';
          const right = bbox.left + bbox.width;
          ctx.fillText(endLabel, right, bbox.top + bbox.height + axisGap * uPlot.pxRatio);
          if (limit) drawLimit(plot, limit, token('--health-warn'));
          if (marks) drawMarks(plot, marks, token('--text-2'));
          ctx.restore();
        },
      ],
    },
  };
}
