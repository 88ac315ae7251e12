import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addDays, addMonths, weekday, weeksOf } from '../time/month';
import { IconButton } from './Button';
import css from './Calendar.module.css';

interface CalendarProps {
  /** The chosen days as 2026-11-20, both included. */
  from: string;
  to: string;
  today: string;
  /** Called with the first and the last day when the second of two is chosen. */
  onChoose: (first: string, last: string) => void;
}

/**
 * A month in which two days are chosen. Arrow keys move by day and week, Home and End within the week, PageUp and PageDown by
 * month, Enter chooses.
 */
export function Calendar({ from, to, today, onChoose }: CalendarProps) {
  const { t, i18n } = useTranslation();
  const [focused, setFocused] = useState(to);
  const [begun, setBegun] = useState<string | null>(null);
  const grid = useRef<HTMLTableElement>(null);
  const moved = useRef(false);
  useEffect(() => {
    if (moved.current) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    moved.current = false;
  });

  const choose = (day: string) => {
    setFocused(day);
    if (begun === null) return setBegun(day);
    setBegun(null);
    const [first = day, last = day] = [begun, day].sort();
    onChoose(first, last);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, () => string> = {
      ArrowLeft: () => addDays(focused, -1),
      ArrowRight: () => addDays(focused, 1),
      ArrowUp: () => addDays(focused, -7),
      ArrowDown: () => addDays(focused, 7),
      Home: () => addDays(focused, -weekday(focused)),
      End: () => addDays(focused, 6 - weekday(focused)),
      PageUp: () => addMonths(focused, -1),
      PageDown: () => addMonths(focused, 1),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    moved.current = true;
    setFocused(move());
  };

  const [chosenFrom = from, chosenTo = to] = begun ? [begun, focused].sort() : [from, to];
  const isChosen = (day: string) => day >= chosenFrom && day <= chosenTo;
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(i18n.language, { ...options, timeZone: 'UTC' });
  const month = format({ year: 'numeric', month: 'long' }).format(new Date(focused));
  const name = format({ dateStyle: 'full' });
  const weeks = weeksOf(focused);
  return (
    <div className={css.calendar} translate="no">
      <div className={css.head}>
        <IconButton
          icon="left"
          label={t('time.monthBefore')}
          look="ghost"
          size="small"
          onClick={() => setFocused(addMonths(focused, -1))}
        />
        <span className={css.month} aria-live="polite">
          {month}
        </span>
        <IconButton
          icon="right"
          label={t('time.monthAfter')}
          look="ghost"
          size="small"
          onClick={() => setFocused(addMonths(focused, 1))}
        />
      </div>
      <table ref={grid} aria-label={month}>
        <thead>
          <tr>
            {weeks[0]?.map((day) => (
              <th key={day} scope="col" abbr={format({ weekday: 'long' }).format(new Date(day))}>
                {format({ weekday: 'narrow' }).format(new Date(day))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((day) => (
                <td key={day} data-chosen={isChosen(day) || undefined}>
                  <button
                    type="button"
                    className={css.day}
                    tabIndex={day === focused ? 0 : -1}
                    aria-pressed={isChosen(day)}
                    aria-label={name.format(new Date(day))}
                    aria-current={day === today ? 'date' : undefined}
                    data-outside={day.slice(0, 7) !== focused.slice(0, 7) || undefined}
                    onKeyDown={onKeyDown}
                    onClick={() => choose(day)}
                    onPointerEnter={() => begun && setFocused(day)}
                  >
                    {Number(day.slice(8))}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
