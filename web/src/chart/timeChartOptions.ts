import uPlot from 'uplot';
import { shortCount } from '../ui/quantity';
import { heldMax, layerAt, niceMax, stack } from './scale';
import type { TimeChartProps } from './TimeChart';
import css from './TimeChart.module.css';
import { axisTicks } from './timeTicks';

// A drag shorter than this many pixels is a click that slipped.
const minDrag = 6;
const axisGap = 4;

type Data = Pick<TimeChartProps, 'times' | 'layers' | 'past' | 'look'>;

/** The bucket that a cursor is at, and where its tooltip stands in the chart. */
export interface Hover {
  bucket: number;
  left: number;
  side: 'left' | 'right';
}

/**
 * Columns for uPlot: times in seconds, the stack's sums from the bottom layer up or the lines as they are, and the totals of an
 * earlier time.
 */
export function dataOf({ times, layers, past, look }: Data): uPlot.AlignedData {
  const values = layers.map((layer) => layer.values);
  const drawn = look === 'lines' ? values.map((line) => [...line]) : stack(values);
  return [times.map((time) => time / 1000), ...drawn, past ? [...past] : times.map(() => null)];
}

function token(element: Element, name: string): string {
  return getComputedStyle(element).getPropertyValue(name).trim();
}

/**
 * Draws a layer as rectangles on whole pixels, from the sum of the layers below to its own. A count that is not zero is never
 * thinner than a pixel, so that two fatal lines among thousands are seen.
 */
function barPaths(props: () => TimeChartProps): uPlot.Series.PathBuilder {
  return (plot, series) => {
    const fill = new Path2D();
    const step = props().step / 1000;
    const times = plot.data[0];
    const sums = plot.data[series] ?? [];
    const below = series > 1 ? plot.data[series - 1] : undefined;
    const x = (value: number) => Math.round(plot.valToPos(value, 'x', true));
    const y = (value: number) => Math.round(plot.valToPos(value, 'y', true));
    const pixel = Math.max(1, Math.round(uPlot.pxRatio));
    times.forEach((time, i) => {
      const base = below?.[i] ?? 0;
      const sum = sums[i] ?? 0;
      if (sum <= base) return;
      const left = x(time);
      const bottom = y(base);
      const top = Math.min(y(sum), bottom - pixel);
      fill.rect(left, top, Math.max(pixel, x(time + step) - left - pixel), bottom - top);
    });
    return { fill };
  };
}

/** Draws a line through the middles of the buckets. A gap stays a gap; a value between two gaps is a dot. */
function linePath(props: () => TimeChartProps): uPlot.Series.PathBuilder {
  return (plot, series) => {
    const stroke = new Path2D();
    const half = props().step / 2000;
    const values = plot.data[series] ?? [];
    plot.data[0].forEach((time, i) => {
      const value = values[i];
      if (typeof value !== 'number') return;
      const x = plot.valToPos(time + half, 'x', true);
      const y = plot.valToPos(value, 'y', true);
      if (typeof values[i - 1] === 'number') stroke.lineTo(x, y);
      else stroke.moveTo(x, y);
      const alone = typeof values[i - 1] !== 'number' && typeof values[i + 1] !== 'number';
      if (alone) stroke.lineTo(x + uPlot.pxRatio, y);
    });
    return { stroke };
  };
}

// A click waits this long, in ms, for a second one, which means something else.
const doubleClick = 260;

/** Builds what uPlot draws. Colours are read from the tokens at the element; what changes later comes through props. */
export function options(
  element: HTMLElement,
  colours: readonly string[],
  height: number,
  props: () => TimeChartProps,
  onHover: (hover: Hover | null) => void,
): uPlot.Options {
  const text = token(element, '--text-3');
  const font = `${token(element, '--fs-1')} ${token(element, '--font-ui')}`;
  const axis: uPlot.Axis = { stroke: text, font, ticks: { show: false } };
  const brush = document.createElement('div');
  brush.className = css.brushLabel ?? '';
  let held = 0;
  let click = 0;
  const ticks = (plot: uPlot) => axisTicks(props(), plot.width);
  const bucketAt = (plot: uPlot, left: number) => {
    const { times, step } = props();
    const bucket = Math.floor((plot.posToVal(left, 'x') * 1000 - (times[0] ?? 0)) / step);
    return left >= 0 && bucket >= 0 && bucket < times.length ? bucket : -1;
  };

  return {
    width: Math.max(1, element.clientWidth),
    height,
    padding: [6, 0, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: true, y: false, setScale: false, dist: minDrag },
      bind: {
        dblclick: () => () => {
          clearTimeout(click);
          props().onBack();
          return null;
        },
      },
    },
    scales: {
      x: { time: true, range: () => [props().start / 1000, props().end / 1000] },
      y: {
        range: (_plot, min, max) => {
          const whole = props().valueText === undefined;
          held = props().hold ? heldMax(held, max ?? 0) : niceMax(max ?? 0, whole);
          return [min < 0 ? -niceMax(-min, whole) : 0, held];
        },
      },
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
        size: props().valueText ? 64 : 40,
        gap: 6,
        grid: { stroke: token(element, '--chart-grid'), width: 1 },
        splits: (_plot, _axis, min, max) => [...(min < 0 ? [min] : []), 0, max / 2, max],
        values: (_plot, splits) => splits.map(props().valueText ?? shortCount),
      },
    ],
    series: [
      {},
      ...colours.map(
        (name): uPlot.Series =>
          props().look === 'lines'
            ? {
                stroke: token(element, name),
                width: 1.5,
                points: { show: false },
                paths: linePath(props),
              }
            : {
                fill: token(element, name),
                width: 0,
                points: { show: false },
                paths: barPaths(props),
              },
      ),
      {
        stroke: token(element, '--chart-past'),
        width: 1.5,
        dash: [4, 3],
        points: { show: false },
        paths: linePath(props),
      },
    ],
    hooks: {
      ready: [
        (plot) => {
          plot.over.append(brush);
          plot.over.addEventListener('mousemove', () => {
            const { left, width } = plot.select;
            const right = left + width;
            const toLeft = right > plot.over.clientWidth * 0.7;
            const dragged = width >= minDrag;
            brush.textContent = dragged
              ? props().rangeText(plot.posToVal(left, 'x') * 1000, plot.posToVal(right, 'x') * 1000)
              : '';
            brush.dataset.side = toLeft ? 'left' : 'right';
            brush.style.left = `${toLeft ? left - 8 : right + 8}px`;
          });
          // uPlot keeps the click that ends a drag to itself.
          plot.over.addEventListener('click', (event) => {
            const { layers, onPick } = props();
            const value = plot.posToVal(event.offsetY, 'y');
            if (!onPick) return;
            const layer = layerAt(layers, bucketAt(plot, event.offsetX), value);
            clearTimeout(click);
            if (layer >= 0) click = window.setTimeout(() => onPick(layer), doubleClick);
          });
        },
      ],
      setCursor: [
        (plot) => {
          const cursor = plot.cursor.left ?? -1;
          const bucket = bucketAt(plot, cursor);
          props().onHover(bucket);
          const side = cursor > plot.over.clientWidth / 2 ? 'left' : 'right';
          const left = plot.over.offsetLeft + cursor + (side === 'left' ? -12 : 12);
          onHover(bucket < 0 ? null : { bucket, left, side });
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          brush.textContent = '';
          if (width < minDrag) return;
          const from = plot.posToVal(left, 'x') * 1000;
          const to = plot.posToVal(left + width, 'x') * 1000;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          props().onZoom(Math.round(from), Math.round(to));
        },
      ],
      destroy: [() => clearTimeout(click)],
      draw: [
        (plot) => {
          const { ctx, bbox } = plot;
          ctx.save();
          ctx.font = `${uPlot.pxRatio * Number.parseInt(token(element, '--fs-1'), 10)}px ${token(element, '--font-ui')}`;
          ctx.fillStyle = text;
          ctx.textAlign = 'right';
          ctx.textBaseline = 'top';
          ctx.fillText(
            props().endLabel,
            bbox.left + bbox.width,
            bbox.top + bbox.height + axisGap * uPlot.pxRatio,
          );
          ctx.restore();
        },
      ],
    },
  };
}
