import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useTheme } from '../theme/ThemeProvider';
import { moveCursor, noCursor, selectedBars } from './barCursor';
import css from './TimeChart.module.css';
import { dataOf, type Hover, options } from './timeChartOptions';

/** One layer of the stack, or one line. */
export interface Layer {
  name: string;
  /** Colour as a token's name: --bar-error. */
  colour: string;
  /** A value for each bucket; null leaves a gap in a line. */
  values: readonly (number | null)[];
}

export interface TimeChartProps {
  /** Says to a screen reader what the chart shows. */
  label: string;
  /** Start of each bucket, ms since the epoch, ascending and without gaps. */
  times: readonly number[];
  /** Width of a bucket in ms. */
  step: number;
  /** From the bottom to the top. */
  layers: readonly Layer[];
  /** Bars are stacked; lines each have their own height. */
  look?: 'bars' | 'lines';
  /** Words a mark of the value axis; without it values are counts, and marks whole numbers. */
  valueText?: ((value: number) => string) | undefined;
  /** Totals of an earlier time, drawn as a dashed line over the bars. */
  past?: readonly number[] | undefined;
  /** What the x axis shows, ms since the epoch. */
  start: number;
  end: number;
  zone: string;
  /** Stands at the end of the axis: the last moment and its zone. */
  endLabel: string;
  height: number;
  /** Values flow in: the value axis may grow in steps, but never shrinks. */
  hold?: boolean;
  /** Words the brushed range while it is drawn. */
  rangeText: (start: number, end: number) => string;
  /** Words a bucket and its values for a screen reader. */
  bucketText: (bucket: number) => string;
  /** Drawn beside the pointer or the keyboard's cursor. */
  tooltip: (bucket: number) => ReactNode;
  /** The pointer or the keyboard is at a bucket, or at none (-1). */
  onHover: (bucket: number) => void;
  /** A range was brushed, or chosen by keyboard. */
  onZoom: (start: number, end: number) => void;
  /** A layer of a bar was clicked. */
  onPick?: ((layer: number) => void) | undefined;
  /** The chart was double-clicked. */
  onBack: () => void;
}

/**
 * Values over time as stacked bars or as lines, with a brush to zoom. By keyboard: arrows move a cursor, with Shift they select, Enter zooms,
 * Escape lets go.
 */
export function TimeChart(props: TimeChartProps) {
  const { label, times, layers, past, start, end, zone, endLabel, height, hold = false } = props;
  const { look = 'bars' } = props;
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(props);
  const [hover, setHover] = useState<Hover | null>(null);
  const [cursor, setCursor] = useState(noCursor);
  const { shown: theme } = useTheme();
  useEffect(() => {
    latest.current = props;
  });

  const colours = layers.map(({ colour }) => colour).join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes what the tokens say
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const plot = new uPlot(
      options(element, colours.split(' '), height, () => latest.current, setHover),
      [[]],
      element,
    );
    chart.current = plot;
    plot.setData(dataOf(latest.current), true);
    const resize = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      if (width > 0 && width !== plot.width) plot.setSize({ width, height });
    });
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.destroy();
      chart.current = null;
    };
  }, [colours, height, theme, hold, look]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the options read zone and window from the latest props
  useEffect(() => {
    chart.current?.setData(dataOf({ times, layers, past, look }), true);
  }, [times, layers, past, look, start, end, zone, endLabel]);

  const move = (event: KeyboardEvent) => {
    const selected = selectedBars(cursor);
    const next = moveCursor(cursor, event.key, event.shiftKey, times.length);
    if (next) {
      setCursor(next);
      chart.current?.setCursor(middleOf(next.bucket));
      showSelection(next.anchor < 0 ? null : selectedBars(next));
    } else if (event.key === 'Enter' && selected) {
      letGo();
      const { step, onZoom } = props;
      onZoom(at(selected.first), at(selected.last - 1) + step);
    } else if (event.key === 'Escape' && selected) {
      letGo();
    } else {
      return;
    }
    event.preventDefault();
  };
  const at = (bucket: number) => times[bucket] ?? 0;
  const x = (ms: number) => chart.current?.valToPos(ms / 1000, 'x') ?? 0;
  const middleOf = (bucket: number) => ({ left: x(at(bucket) + props.step / 2), top: 0 });
  const showSelection = (bars: { first: number; last: number } | null) => {
    const left = bars ? Math.max(0, x(at(bars.first))) : 0;
    const right = bars ? x(at(bars.last - 1) + props.step) : 0;
    const tall = chart.current?.over.clientHeight ?? 0;
    chart.current?.setSelect({ left, top: 0, width: right - left, height: tall }, false);
  };
  const letGo = () => {
    if (cursor === noCursor) return;
    setCursor(noCursor);
    showSelection(null);
    chart.current?.setCursor({ left: -10, top: -10 });
  };

  const shown = Math.max(0, cursor.bucket < 0 ? times.length - 1 : cursor.bucket);
  return (
    // The keys of a slider are those of a cursor over bars, and screen readers say its value as it moves.
    <div
      className={css.frame}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, times.length - 1)}
      aria-valuenow={shown}
      aria-valuetext={times.length > 0 ? props.bucketText(shown) : label}
      onKeyDown={move}
      onBlur={letGo}
    >
      <div ref={host} className={css.host} style={{ height }} />
      {hover && hover.bucket < times.length && (
        <div className={css.tooltip} data-side={hover.side} style={{ left: hover.left }}>
          {props.tooltip(hover.bucket)}
        </div>
      )}
    </div>
  );
}
