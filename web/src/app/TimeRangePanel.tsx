import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dayClock, parseWallClock } from '../time/clock';
import { fixedRange, presetLengths, relativeLength } from '../time/range';
import { browserZone, listZones, zoneOffset } from '../time/zone';
import { Button } from '../ui/Button';
import { useConnection } from './connection';
import { useTime } from './TimeProvider';
import css from './TimeRangePanel.module.css';
import { useLengthText } from './useLengthText';

/** The open form of the time range: lengths, two moments in the zone's wall clock, and the zone. */
export function TimeRangePanel({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const { range, window, zone, now, setRange, setZone, refresh } = useTime();
  const { status } = useConnection();
  const lengthText = useLengthText();
  const chosen = relativeLength(range);

  const pick = (length: string) => {
    if (length === chosen) refresh();
    else setRange({ from: `now-${length}`, to: 'now' });
    onDone();
  };
  const zones = listZones([zone, browserZone(), status?.zone ?? zone]);

  return (
    <div className={css.panel}>
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
      <div className={css.side}>
        <MomentsForm
          key={`${window.start} ${window.end} ${zone}`}
          start={dayClock(window.start, zone, 'second')}
          end={dayClock(window.end, zone, 'second')}
          zone={zone}
          onApply={(start, end) => {
            setRange(fixedRange({ start, end }));
            onDone();
          }}
        />
        <label className={css.field}>
          <span>{t('time.zone')}</span>
          <select value={zone} onChange={(event) => setZone(event.target.value)}>
            {zones.map((name) => (
              <option key={name} value={name}>
                {`${name} (${zoneOffset(now, name)})`}
              </option>
            ))}
          </select>
        </label>
      </div>
    </div>
  );
}

interface MomentsFormProps {
  start: string;
  end: string;
  zone: string;
  onApply: (start: number, end: number) => void;
}

function MomentsForm({ start, end, zone, onApply }: MomentsFormProps) {
  const { t } = useTranslation();
  const [from, setFrom] = useState(start);
  const [to, setTo] = useState(end);
  const fromTime = parseWallClock(from, zone);
  const toTime = parseWallClock(to, zone);
  const ordered = fromTime !== null && toTime !== null && fromTime < toTime;
  const wrong =
    fromTime === null || toTime === null
      ? t('time.wrongMoment')
      : ordered
        ? ''
        : t('time.wrongOrder');

  const apply = (event: FormEvent) => {
    event.preventDefault();
    if (ordered) onApply(fromTime, toTime);
  };
  return (
    <form className={css.form} onSubmit={apply}>
      <label className={css.field}>
        <span>{t('time.from')}</span>
        <input
          type="text"
          value={from}
          aria-invalid={fromTime === null}
          onChange={(event) => setFrom(event.target.value)}
        />
      </label>
      <label className={css.field}>
        <span>{t('time.to')}</span>
        <input
          type="text"
          value={to}
          aria-invalid={toTime === null || !ordered}
          onChange={(event) => setTo(event.target.value)}
        />
      </label>
      <div className={css.apply}>
        <Button type="submit" disabled={!ordered}>
          {t('time.apply')}
        </Button>
        <span className={css.wrong} role="status">
          {wrong}
        </span>
      </div>
    </form>
  );
}
