import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dayClock } from '../time/clock';
import { zoneName } from '../time/zone';
import { count } from '../ui/quantity';
import { type Health, StateMark } from '../ui/StateMark';
import css from './ConnectionFoot.module.css';
import { type Connection, useConnection } from './connection';
import { useTime } from './TimeProvider';

const marks: Record<Connection['state'], Health> = {
  waiting: 'unknown',
  up: 'ok',
  down: 'critical',
};

/** Whether the server answers, what flows in, and the present time in the page's zone. */
export function ConnectionFoot() {
  const { t } = useTranslation();
  const { state, status } = useConnection();
  const { zone } = useTime();
  const now = useNow();
  return (
    <div className={css.foot}>
      <div className={css.state} title={t(`connection.${state}`)}>
        <StateMark
          health={state === 'up' && status?.problems?.length ? 'critical' : marks[state]}
        />
        {state === 'up' && status ? (
          <span className={css.text}>
            {count(status.records_per_second)} {t('connection.recordsPerSecond')}
          </span>
        ) : (
          <span className={css.text}>{t(`connection.${state}`)}</span>
        )}
      </div>
      <div className={css.text}>
        {dayClock(now, zone, 'second')} {zoneName(now, zone)}
      </div>
    </div>
  );
}

function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
