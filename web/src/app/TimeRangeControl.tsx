import { Popover } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { span } from '../time/clock';
import { fixedRange, isRelative, relativeLength, shiftWindow } from '../time/range';
import { zoneName } from '../time/zone';
import floating from '../ui/floating.module.css';
import { Icon } from '../ui/Icon';
import { useKeys } from '../ui/keys';
import { usePhone } from '../ui/media';
import { useTime } from './TimeProvider';
import css from './TimeRangeControl.module.css';
import { TimeRangePanel } from './TimeRangePanel';
import { useLengthText } from './useLengthText';

/** Shows the time range and changes it: earlier, later, a length up to now, two moments, the zone. */
export function TimeRangeControl() {
  const { t } = useTranslation();
  const { range, window, now, zone, setRange } = useTime();
  const [opened, setOpened] = useState(false);
  const lengthText = useLengthText();
  const phone = usePhone();

  const move = (direction: -1 | 1) => setRange(fixedRange(shiftWindow(window, direction)));
  const atNow = isRelative(range);
  useKeys({ '[': () => move(-1), ']': () => !atNow && move(1) });

  const length = relativeLength(range);
  const moments = `${span(window.start, window.end, zone, now)} ${zoneName(window.end, zone)}`;
  return (
    <div className={css.control}>
      <button
        type="button"
        className={css.step}
        aria-label={t('time.earlier')}
        title={`${t('time.earlier')} [`}
        onClick={() => move(-1)}
      >
        <Icon name="left" size={14} />
      </button>
      <Popover
        opened={opened}
        onChange={setOpened}
        position="bottom-end"
        trapFocus
        returnFocus
        classNames={{ dropdown: floating.panel }}
      >
        <Popover.Target>
          <button
            type="button"
            className={css.range}
            aria-label={`${t('time.range')}: ${length ? `${lengthText(length)}, ` : ''}${moments}`}
            onClick={() => setOpened(!opened)}
          >
            <Icon name="clock" size={14} />
            {length && <span>{lengthText(length)}</span>}
            {(!length || !phone) && (
              <span className={length ? css.moments : css.chosen}>{moments}</span>
            )}
            <Icon name="down" size={12} />
          </button>
        </Popover.Target>
        <Popover.Dropdown>
          <TimeRangePanel onDone={() => setOpened(false)} />
        </Popover.Dropdown>
      </Popover>
      <button
        type="button"
        className={css.step}
        aria-label={t('time.later')}
        title={`${t('time.later')} ]`}
        disabled={atNow}
        onClick={() => move(1)}
      >
        <Icon name="right" size={14} />
      </button>
    </div>
  );
}
