import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pattern } from '../../../api/patterns';
import { useTime } from '../../../app/TimeProvider';
import { clock, day, dayClock } from '../../../time/clock';
import { count } from '../../../ui/quantity';
import { Spark } from '../../../ui/Spark';
import { patternStates } from '../search';
import { PatternFlag } from './PatternFlag';
import css from './Patterns.module.css';
import { PatternText } from './PatternText';
import { changeText, severityOf } from './patterns';
import { withoutCodes } from './terminalCodes';

interface PatternRowProps {
  pattern: Pattern;
  open: boolean;
  onToggle: () => void;
}

/** One event: how it stands against before, what its lines say, how many they are and when they came. */
export function PatternRow({ pattern, open, onToggle }: PatternRowProps) {
  const { t } = useTranslation();
  const { now, zone } = useTime();
  const { hits, spark, services, known_since } = pattern;
  const state = patternStates.find((one) => one === pattern.state);
  const since = Date.parse(known_since);
  const sinceText =
    day(since, zone) === day(now, zone)
      ? clock(since, zone, 'second')
      : dayClock(since, zone, 'minute');
  const parts = useMemo(() => withoutCodes(pattern.parts, pattern.example), [pattern]);
  const service = services[0]?.value || '–';
  const flag = state && <PatternFlag state={state} />;
  return (
    <tr data-open={open || undefined} data-severity={severityOf(pattern)}>
      <td className={css.mark}>{flag}</td>
      <th scope="row" className={css.pattern}>
        <button type="button" data-row aria-expanded={open} onClick={onToggle}>
          <PatternText parts={parts} />
        </button>
        <span className={css.under}>
          {flag}
          <span>{count(hits)}</span>
          <span translate="no">{service}</span>
          <span>{sinceText}</span>
        </span>
      </th>
      <td className={css.number} data-zero={hits === 0 || undefined}>
        {count(hits)}
      </td>
      <td className={css.number} data-state={state}>
        {changeText(pattern)}
      </td>
      <td className={css.spark} data-state={state}>
        <Spark values={spark} label={t('patterns.spark')} />
      </td>
      <td className={css.service} translate="no" title={service}>
        {service}
      </td>
      <td className={css.number}>{sinceText}</td>
    </tr>
  );
}
