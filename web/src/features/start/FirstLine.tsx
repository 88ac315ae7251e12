import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Source } from '../../api/sources';
import { Command } from '../../ui/Command';
import { Segmented } from '../../ui/Segmented';
import { StateMark } from '../../ui/StateMark';
import css from './StartPage.module.css';

interface FirstLineProps {
  /** Addresses of the listeners by name. */
  listen: Readonly<Record<string, string>>;
  /** What was sent by others than this Haetae and its machine. */
  sent: readonly Source[];
}

/** A command that sends one line, and whether it came. */
export function FirstLine({ listen, sent }: FirstLineProps) {
  const { t } = useTranslation();
  const ways = commands(listen);
  const [chosen, setChosen] = useState<string>('http');
  const way = ways.find(({ id }) => id === chosen) ?? ways[0];
  const arrived = sent[0];
  return (
    <div className={css.first}>
      <Segmented
        size="small"
        label={t('start.first.way')}
        value={way?.id ?? chosen}
        options={ways.map(({ id, label }) => ({ value: id, label }))}
        onChange={setChosen}
      />
      {way && <Command text={way.command} />}
      <p className={css.wait} role="status">
        {arrived ? (
          <>
            <StateMark health="ok" />
            <b>{t('start.first.arrived')}</b>
            <code translate="no">{`${arrived.input} ${arrived.peer}`}</code>
            <Link
              to="/logs"
              search={{ q: `_source:=${JSON.stringify(`${arrived.input}/${arrived.peer}`)}` }}
              className={css.more}
            >
              {t('start.first.show')}
            </Link>
          </>
        ) : (
          <Waiting />
        )}
      </p>
    </div>
  );
}

function Waiting() {
  const { t } = useTranslation();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return (
    <>
      <span className={css.dot} aria-hidden="true" />
      {t('start.first.waiting')}
      <span className={css.seconds} aria-hidden="true" translate="no">
        {clock}
      </span>
    </>
  );
}

/** Returns a command for each way in that is open. */
function commands(listen: Readonly<Record<string, string>>) {
  const http = `curl -d '{"_msg":"hello haetae"}' '${location.origin}/insert/jsonline'`;
  const ways = [{ id: 'http', label: 'HTTP', command: http }];
  for (const [protocol, option] of [
    ['udp', '--udp'],
    ['tcp', '--tcp'],
  ] as const) {
    const [, host, port] = /^(.*):(\d+)$/.exec(listen[`syslog.${protocol}`] ?? '') ?? [];
    if (host === undefined) continue;
    ways.push({
      id: protocol,
      label: `syslog ${protocol.toUpperCase()}`,
      command: `logger -n ${reachable(host)} -P ${port} ${option} hello haetae`,
    });
  }
  return ways;
}

/** A listener on every address is reached by the one at which the page is. */
function reachable(host: string): string {
  return /^(?:|0\.0\.0\.0|\[?::\]?)$/.test(host) ? location.hostname : host.replace(/^\[|\]$/g, '');
}
