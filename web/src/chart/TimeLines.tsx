import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useTheme } from '../theme/ThemeProvider';
import css from './TimeLines.module.css';
import { linesOf, linesOptions } from './timeLinesOptions';

/** One line of a chart. */
export interface TimeLine {
  /** Colour as a token's name: --chart-1. */
  colour: string;
  /** A value for each time; null leaves a gap. */
  values: readonly (number | null)[];
  /** What is expected and not measured. */
  dashed?: boolean;
  /** The area below it is filled. */
  filled?: boolean;
}

/** A moment of a chart, in ms since the epoch. */
export interface TimeMark {
  at: number;
  text: string;
}

export interface TimeLinesProps {
  /** Says to a screen reader what the chart shows, with its present value. */
  label: string;
  /** ms since the epoch, ascending. */
  times: readonly number[];
  lines: readonly TimeLine[];
  /** What the x axis shows, ms since the epoch. */
  start: number;
  end: number;
  zone: string;
  /** Stands at the end of the axis: the last moment and its zone. */
  endLabel: string;
  height: number;
  /** Words a mark of the value axis. */
  valueText: (value: number) => string;
  /** A bound, drawn as a dashed line with its text. */
  limit?: { value: number; text: string } | undefined;
  /** Moments at which something happened, ascending, drawn as lines with their text. */
  marks?: readonly TimeMark[] | undefined;
  /** Charts with the same name share one cursor. */
  sync?: string | undefined;
  /** The pointer is at a time, or at none (-1). */
  onHover: (index: number) => void;
}

/** Values over time as lines without a brush: measured solid, expected dashed, a gap stays a gap. */
export function TimeLines(props: TimeLinesProps) {
  const { label, times, lines, start, end, zone, endLabel, limit, marks, height, sync } = props;
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(props);
  const { shown: theme } = useTheme();
  useEffect(() => {
    latest.current = props;
  });

  const looks = JSON.stringify(
    lines.map(({ colour, dashed, filled }) => ({ colour, dashed, filled })),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes what the tokens say
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const plot = new uPlot(
      linesOptions(element, JSON.parse(looks), height, sync, () => latest.current),
      [[]],
      element,
    );
    chart.current = plot;
    plot.setData(linesOf(latest.current), true);
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
  }, [looks, height, sync, theme]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the options read the axes from the latest props
  useEffect(() => {
    chart.current?.setData(linesOf({ times, lines }), true);
  }, [times, lines, start, end, zone, endLabel, limit, marks]);

  return <div ref={host} className={css.host} style={{ height }} role="img" aria-label={label} />;
}
