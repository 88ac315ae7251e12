import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useTheme } from '../theme/ThemeProvider';
import css from './StackedBars.module.css';
import { dataOf, options } from './stackedBarsOptions';

/** One layer of the stack. */
export interface Layer {
  name: string;
  /** Colour as a token's name: --bar-error. */
  colour: string;
  /** A value for each bucket. */
  values: readonly number[];
}

export interface StackedBarsProps {
  /** Says to a screen reader what the chart shows. */
  label: string;
  /** Start of each bucket, ms since the epoch, ascending and without gaps. */
  times: readonly number[];
  /** Width of a bucket in ms. */
  step: number;
  /** From the bottom to the top. */
  layers: readonly Layer[];
  /** What the x axis shows, ms since the epoch. */
  start: number;
  end: number;
  zone: string;
  /** Stands at the end of the axis: the last moment and its zone. */
  endLabel: string;
  height: number;
  /** Words the brushed range while it is drawn. */
  rangeText: (start: number, end: number) => string;
  /** The pointer is over a bucket, or over none (-1). */
  onHover: (bucket: number) => void;
  /** A range was brushed. */
  onZoom: (start: number, end: number) => void;
  /** The chart was double-clicked. */
  onBack: () => void;
}

/** Bars of counts over time, stacked, with a brush to zoom. */
export function StackedBars(props: StackedBarsProps) {
  const { label, times, layers, start, end, zone, endLabel, height } = props;
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(props);
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
      options(element, colours.split(' '), height, () => latest.current),
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
  }, [colours, height, theme]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the options read zone and window from the latest props
  useEffect(() => {
    chart.current?.setData(dataOf({ times, layers }), true);
  }, [times, layers, start, end, zone, endLabel]);

  return <div ref={host} className={css.host} style={{ height }} role="img" aria-label={label} />;
}
