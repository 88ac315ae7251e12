import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clock, day, dayClock } from '../../time/clock';
import css from './TimeScrollBar.module.css';

interface TimeScrollBarProps {
  /** Id of the list that is scrolled. */
  controls: string;
  /** The whole answer's range of time, in ms. The newest is at the top. */
  start: number;
  end: number;
  /** Times of the first and last row in view. */
  top: number;
  bottom: number;
  zone: string;
  /** Brings the row at a time to the top; the list's ends for its bounds. */
  onJump: (time: number) => void;
}

const leastThumb = 0.03;
const jumpInterval = 150; // ms between two jumps while the thumb is dragged
const steps: Record<string, number> = {
  ArrowUp: -0.01,
  ArrowDown: 0.01,
  PageUp: -0.1,
  PageDown: 0.1,
};

/** A scroll bar that stands for time: however many rows there are, a place on it is a moment. */
export function TimeScrollBar(props: TimeScrollBarProps) {
  const { controls, start, end, top, bottom, zone, onJump } = props;
  const { t } = useTranslation();
  const [dragged, setDragged] = useState<number>();
  const jumped = useRef(0);

  const span = Math.max(1, end - start);
  const place = (time: number) => Math.min(1, Math.max(0, (end - time) / span));
  const length = Math.max(leastThumb, place(bottom) - place(top));
  const from = Math.min(1 - length, dragged ?? place(top));
  const timeAt = (at: number) => {
    if (at <= 0.002) return end;
    return at >= 1 - length - 0.002 ? start : end - at * span;
  };
  const shown = dragged === undefined ? top : timeAt(dragged);
  const text =
    day(start, zone) === day(end, zone)
      ? clock(shown, zone, 'second')
      : dayClock(shown, zone, 'second');

  const placeOf = (event: PointerEvent<HTMLElement>) => {
    const { top: y, height } = event.currentTarget.getBoundingClientRect();
    return Math.min(1 - length, Math.max(0, (event.clientY - y) / height - length / 2));
  };
  const drag = (event: PointerEvent<HTMLElement>) => {
    const at = placeOf(event);
    setDragged(at);
    // The ends are read anew, and only when the thumb is let go there.
    const time = timeAt(at);
    if (time === start || time === end) return;
    if (event.timeStamp - jumped.current < jumpInterval) return;
    jumped.current = event.timeStamp;
    onJump(time);
  };
  const drop = (event: PointerEvent<HTMLElement>) => {
    if (dragged === undefined) return;
    onJump(timeAt(placeOf(event)));
    setDragged(undefined);
  };
  const press = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step !== undefined) onJump(timeAt(Math.min(1, Math.max(0, place(top) + step))));
    else if (event.key === 'Home') onJump(end);
    else if (event.key === 'End') onJump(start);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      className={css.bar}
      role="scrollbar"
      tabIndex={0}
      aria-label={t('logs.scroll.title')}
      aria-controls={controls}
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(from * 100)}
      aria-valuetext={text}
      onKeyDown={press}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag(event);
      }}
      onPointerMove={(event) => {
        if (dragged !== undefined) drag(event);
      }}
      onPointerUp={drop}
      onPointerCancel={() => setDragged(undefined)}
    >
      <i className={css.thumb} style={{ top: `${from * 100}%`, height: `${length * 100}%` }} />
      <span
        className={css.label}
        data-shown={dragged !== undefined || undefined}
        style={{ top: `${(from + length / 2) * 100}%` }}
        aria-hidden="true"
      >
        {text}
      </span>
    </div>
  );
}
