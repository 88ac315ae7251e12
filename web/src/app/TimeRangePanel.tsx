import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { presetLengths, relativeLength, type TimeRange } from '../time/range';
import { shiftDays, thisMinute } from '../time/typed';
import { usePhone } from '../ui/media';
import { MomentsForm } from './MomentsForm';
import { RefreshControl } from './RefreshControl';
import { useTime } from './TimeProvider';
import css from './TimeRangePanel.module.css';
import { useLengthText } from './useLengthText';
import { ZonePicker } from './ZonePicker';

/** The open form of the time range: lengths up to now, the same time of other days, two moments, and the zone. */
export function TimeRangePanel({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const { range, window, zone, setRange, refresh } = useTime();
  const [now] = useState(Date.now);
  const lengthText = useLengthText();
  const phone = usePhone();
  const chosen = relativeLength(range);

  const show = (next: TimeRange) => {
    setRange(next);
    onDone();
  };
  const pick = (length: string) => {
    if (length !== chosen) return show({ from: `now-${length}`, to: 'now' });
    refresh();
    onDone();
  };
  const otherDays = [
    { text: t('time.minuteYesterday'), range: thisMinute(now, -1, zone) },
    { text: t('time.sameYesterday'), range: shiftDays(window, -1, zone) },
    { text: t('time.sameLastWeek'), range: shiftDays(window, -7, zone) },
  ];

  return (
    <div className={css.panel}>
      <div className={css.quick}>
        <fieldset className={css.lengths}>
          <legend>{t('time.upToNow')}</legend>
          {presetLengths.map((length) => (
            <button
              key={length}
              type="button"
              className={css.length}
              aria-pressed={length === chosen}
              data-autofocus={length === chosen || undefined}
              onClick={() => pick(length)}
            >
              {lengthText(length)}
            </button>
          ))}
        </fieldset>
        <fieldset className={css.lengths}>
          <legend>{t('time.otherDays')}</legend>
          {otherDays.map((one) => (
            <button
              key={one.text}
              type="button"
              className={css.length}
              onClick={() => show(one.range)}
            >
              {one.text}
            </button>
          ))}
        </fieldset>
      </div>
      <div className={css.side}>
        <MomentsForm key={`${window.start} ${window.end} ${zone}`} onApply={show} />
        <ZonePicker />
        {phone && <RefreshControl />}
      </div>
    </div>
  );
}
