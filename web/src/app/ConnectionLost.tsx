import { useTranslation } from 'react-i18next';
import { clock } from '../time/clock';
import { zoneName } from '../time/zone';
import { StateMark } from '../ui/StateMark';
import css from './ConnectionLost.module.css';
import { useConnection } from './connection';
import { useTime } from './TimeProvider';

/** A line over the page while the server does not answer. What is shown below stays, and is old. */
export function ConnectionLost() {
  const { t } = useTranslation();
  const { state, seen } = useConnection();
  const { zone } = useTime();
  if (state !== 'down') return null;
  return (
    <div className={css.line} role="alert">
      <StateMark health="critical" />
      <b>{t('connection.down')}</b>
      <span>
        {seen > 0
          ? t('connection.downSince', {
              time: `${clock(seen, zone, 'second')} ${zoneName(seen, zone)}`,
            })
          : t('connection.neverUp')}
      </span>
    </div>
  );
}
