import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clock } from '../time/clock';
import { zoneName } from '../time/zone';
import { Button } from '../ui/Button';
import { StateMark } from '../ui/StateMark';
import css from './ConnectionLost.module.css';
import { type Connection, retryInterval, useConnection } from './connection';
import { useTime } from './TimeProvider';

/**
 * A line over the page while the server does not answer: since when, how old the page is, and when it is asked again. When it
 * answers again, or was started anew, everything on the page is read again.
 */
export function ConnectionLost() {
  const connection = useConnection();
  const { refresh } = useTime();
  useReturn(connection, refresh);
  return connection.state === 'down' && <LostLine connection={connection} />;
}

function LostLine({ connection: { seen, failures, trying, tryNow } }: { connection: Connection }) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const [oldAtFirst] = useState(() => Math.round((Date.now() - seen) / 1000));
  const age = oldAtFirst + useSeconds('age');
  const wait = Math.max(0, retryInterval / 1000 - useSeconds(String(failures)));
  return (
    <div className={css.line}>
      <StateMark health="critical" />
      <div role="alert" className={css.text}>
        <b>{t('connection.down')}</b>{' '}
        <span>
          {seen > 0
            ? t('connection.downSince', {
                time: `${clock(seen, zone, 'second')} ${zoneName(seen, zone)}`,
              })
            : t('connection.neverUp')}
        </span>
      </div>
      <span className={css.next}>
        {seen > 0 && <span>{t('connection.age', { n: age })}</span>}
        <span>
          {trying || wait === 0 ? t('connection.trying') : t('connection.next', { n: wait })}
        </span>
        <Button size="small" onClick={tryNow}>
          {t('connection.tryNow')}
        </Button>
      </span>
    </div>
  );
}

/** Calls back when the server is there again after it was away, or is not the one it was. */
function useReturn({ state, status }: Connection, onReturn: () => void): void {
  const before = useRef<{ down: boolean; started: string | undefined }>({
    down: false,
    started: undefined,
  });
  const started = status?.started;
  useEffect(() => {
    const { down, started: known } = before.current;
    before.current = { down: state === 'down', started: started ?? known };
    const another = known !== undefined && started !== known;
    if (state === 'up' && (down || another)) onReturn();
  }, [state, started, onReturn]);
}

/** Counts whole seconds since `of` changed, by a timer: the clock of the machine may be set meanwhile. */
function useSeconds(of: string): number {
  const [seconds, setSeconds] = useState({ of, n: 0 });
  useEffect(() => {
    const timer = setInterval(
      () => setSeconds((old) => ({ of, n: old.of === of ? old.n + 1 : 1 })),
      1000,
    );
    return () => clearInterval(timer);
  }, [of]);
  return seconds.of === of ? seconds.n : 0;
}
