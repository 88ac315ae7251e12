import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { day, dayClock } from '../time/clock';
import { resolveRange, type TimeRange } from '../time/range';
import { daysRange, readEnd, writeEnd } from '../time/typed';
import { Button } from '../ui/Button';
import { Calendar } from '../ui/Calendar';
import { useTime } from './TimeProvider';
import css from './TimeRangePanel.module.css';

/** Two ends of a range, typed or chosen in a calendar, in the zone's wall clock. */
export function MomentsForm({ onApply }: { onApply: (range: TimeRange) => void }) {
  const { t } = useTranslation();
  const { range, window, zone, now } = useTime();
  const [from, setFrom] = useState(() => writeEnd(range.from, window.start, zone));
  const [to, setTo] = useState(() => writeEnd(range.to, window.end, zone));
  const typed = { from: readEnd(from, zone, now), to: readEnd(to, zone, now) };
  const read = typed.from !== null && typed.to !== null ? { from: typed.from, to: typed.to } : null;
  const resolved = read && resolveRange(read, now);
  const wrong = read ? (resolved ? '' : t('time.wrongOrder')) : t('time.wrongMoment');
  // The end is not part of the range: one at midnight belongs to the day before.
  const shown = resolved ?? window;

  const apply = (event: FormEvent) => {
    event.preventDefault();
    if (read && resolved) onApply(read);
  };
  const chooseDays = (first: string, last: string) => {
    const days = resolveRange(daysRange(first, last, zone), now);
    if (!days) return;
    setFrom(dayClock(days.start, zone, 'second'));
    setTo(dayClock(days.end, zone, 'second'));
  };
  return (
    <form className={css.form} onSubmit={apply}>
      <div className={css.ends}>
        <label className={css.field}>
          <span>{t('time.from')}</span>
          <input
            type="text"
            value={from}
            aria-invalid={typed.from === null}
            onChange={(event) => setFrom(event.target.value)}
          />
        </label>
        <label className={css.field}>
          <span>{t('time.to')}</span>
          <input
            type="text"
            value={to}
            aria-invalid={typed.to === null || (read !== null && !resolved)}
            onChange={(event) => setTo(event.target.value)}
          />
        </label>
      </div>
      <div className={css.apply}>
        <Button type="submit" disabled={!resolved}>
          {t('time.apply')}
        </Button>
        <span className={wrong ? css.wrong : css.hint} role="status">
          {wrong || t('time.typed')}
        </span>
      </div>
      <Calendar
        key={`${shown.start} ${shown.end}`}
        from={day(shown.start, zone)}
        to={day(shown.end - 1, zone)}
        today={day(now, zone)}
        onChoose={chooseDays}
      />
    </form>
  );
}
