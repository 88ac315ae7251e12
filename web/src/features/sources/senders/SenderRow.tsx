import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Source } from '../../../api/sources';
import { bytes, count, decimal } from '../../../ui/quantity';
import { Spark } from '../../../ui/Spark';
import { StateMark } from '../../../ui/StateMark';
import { useDurationText } from '../../../ui/useDurationText';
import { inLogs } from '../search';
import css from './Senders.module.css';
import { SenderTrouble } from './SenderTrouble';
import { healthOf, lastHour, recordsOf, rejectedOf, sourceKey } from './senders';

interface SenderRowProps {
  source: Source;
  /** The present moment on the server's clock, in ms. */
  now: number;
  /** Its details are open. */
  open: boolean;
}

// A sender that is late by more than this has something to explain.
const late = 30_000;

/** One sender: what it sends, and on a second line what is wrong with it. */
export function SenderRow({ source, now, open }: SenderRowProps) {
  const { t } = useTranslation();
  const durationText = useDurationText();
  const { input, peer, rate, lag_ms, last_seen, listen, state } = source;
  const key = sourceKey(source);
  const health = healthOf(source);
  const rejected = rejectedOf(source);
  const ago = Math.max(0, now - Date.parse(last_seen));
  return (
    <>
      <tr data-open={open || undefined} data-trouble={state !== 'ok' || undefined}>
        <td className={css.mark}>
          <StateMark health={health} />
          <span className={css.hidden}>{t(`sources.state.${state}`)}</span>
        </td>
        <th scope="row" className={css.name}>
          <Link to="/sources" search={(old) => ({ ...old, source: key })} data-row translate="no">
            {peer || input}
          </Link>
          <span className={css.under}>
            <span translate="no">{input}</span> · {t('sources.unit.rate', { n: decimal(rate) })}
          </span>
        </th>
        <td className={css.wide} translate="no">
          {input}
        </td>
        <td className={`${css.wider} ${css.mono}`} translate="no">
          {listen?.[0] ?? '–'}
        </td>
        <td className={`${css.wide} ${css.number}`} data-zero={rate === 0 || undefined}>
          {decimal(rate)}
        </td>
        <td className={css.spark}>
          <Spark values={lastHour(source, now)} label={t('sources.table.spark', { name: key })} />
        </td>
        <td className={`${css.wide} ${css.number}`}>{bytes(source.bytes)}</td>
        <td className={`${css.wider} ${css.number}`} data-late={(lag_ms ?? 0) > late || undefined}>
          {lag_ms === null ? '–' : durationText(lag_ms)}
        </td>
        <td className={css.number} data-late={state === 'silent' || undefined}>
          {durationText(ago < 1000 ? ago : Math.round(ago / 1000) * 1000)}
        </td>
        <td className={css.number} data-zero={rejected === 0 || undefined} data-health={health}>
          {count(rejected)}
        </td>
        <td className={css.go}>
          <Link to="/logs" search={inLogs(recordsOf(source))}>
            {t('sources.table.logs')}
          </Link>
        </td>
      </tr>
      {state !== 'ok' && <SenderTrouble source={source} now={now} />}
    </>
  );
}
