import { memo } from 'react';
import { clock, day } from '../../time/clock';
import { cellText } from './columns';
import { hitOf, tintStyle, useHighlights } from './highlights/highlights';
import css from './LogRow.module.css';
import { LogText } from './LogText';
import type { LogRecord } from './record';
import { shownChars } from './rowLayout';

interface LogRowProps {
  record: LogRecord;
  /** Place in the list, from 0. */
  index: number;
  /** Distance from the top of the list in pixels. */
  top: number;
  zone: string;
  height: number;
  /** Fields whose columns stand before the message. */
  fields: readonly string[];
  wrap: boolean;
  withDate: boolean;
  selected: boolean;
  opened: boolean;
  /** Words to mark in the message. */
  pattern: RegExp | null;
  onToggle: (id: string) => void;
}

function LogRowView(props: LogRowProps) {
  const { record, index, top, height, zone, fields, wrap, withDate } = props;
  const { selected, opened, pattern, onToggle } = props;
  const { id, time, severity, message } = record;
  const { hits } = useHighlights();
  const text = message.slice(0, shownChars);
  const hit = hitOf(hits, text);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter opens the selected row, see LogList
    <div
      id={`row-${id}`}
      className={css.row}
      role="row"
      aria-rowindex={index + 1}
      aria-selected={selected}
      aria-expanded={opened}
      data-severity={severity}
      data-wrap={wrap || undefined}
      style={{ transform: `translateY(${top}px)`, height }}
      onClick={() => {
        // Marking text with the mouse must not open the row.
        if (getSelection()?.toString() === '') onToggle(id);
      }}
    >
      <i />
      <span role="gridcell" className={css.time}>
        {Number.isNaN(time) ? '–' : timeText(time, zone, withDate)}
      </span>
      {fields.map((field) => {
        const cell = cellText(record, field);
        const look = { _severity: css.severity, 'host.name': css.host }[field] ?? css.other;
        return (
          <span key={field} role="gridcell" className={look} title={cell}>
            {cell}
          </span>
        );
      })}
      <span
        role="gridcell"
        className={css.message}
        data-tint={hit?.tint}
        style={hit ? tintStyle(hit.tint) : undefined}
      >
        <LogText text={text} pattern={pattern} hit={hit} oneLine={!wrap} />
      </span>
    </div>
  );
}

/** One line of the list; drawn anew only when what it shows changes. */
export const LogRow = memo(LogRowView);

function timeText(time: number, zone: string, withDate: boolean): string {
  const text = clock(time, zone, 'milli');
  return withDate ? `${day(time, zone).slice(5)} ${text}` : text;
}
