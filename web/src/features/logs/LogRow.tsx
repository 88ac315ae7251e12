import { memo, type ReactNode } from 'react';
import { clock, day } from '../../time/clock';
import type { Columns } from './columns';
import css from './LogRow.module.css';
import type { LogRecord } from './record';

interface LogRowProps {
  record: LogRecord;
  /** Place in the list, from 0. */
  index: number;
  /** Distance from the top of the list in pixels. */
  top: number;
  zone: string;
  /** Columns that the list has. */
  columns: Columns;
  withDate: boolean;
  selected: boolean;
  opened: boolean;
  /** Words to mark in the message. */
  pattern: RegExp | null;
  onToggle: (id: string) => void;
}

// A line of the list is never wider than a screen; the whole message is in the opened row.
const shownChars = 1000;

function oneLine(message: string): string {
  return message.slice(0, shownChars).replace(/\s*[\r\n]+\s*/g, ' ↵ ');
}

function LogRowView(props: LogRowProps) {
  const { record, index, top, zone, columns, withDate, selected, opened, pattern, onToggle } =
    props;
  const { id, time, severity, host, service, message } = record;
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
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => {
        // Marking text with the mouse must not open the row.
        if (getSelection()?.toString() === '') onToggle(id);
      }}
    >
      <i />
      <span role="gridcell" className={css.time}>
        {Number.isNaN(time) ? '–' : timeText(time, zone, withDate)}
      </span>
      {columns.severity && (
        <span role="gridcell" className={css.severity}>
          {severity.toUpperCase()}
        </span>
      )}
      <span role="gridcell" className={css.host} title={host}>
        {host}
      </span>
      {columns.service && (
        <span role="gridcell" className={css.service} title={service}>
          {service}
        </span>
      )}
      <span role="gridcell" className={css.message}>
        {marked(oneLine(message), pattern)}
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

function marked(text: string, pattern: RegExp | null): ReactNode {
  if (!pattern) return text;
  // The pattern has one group, so that every second part is a match.
  const parts = text.split(pattern);
  if (parts.length === 1) return text;
  // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have no other name
  return parts.map((part, i) => (i % 2 === 1 ? <mark key={i}>{part}</mark> : part));
}
