import { useTranslation } from 'react-i18next';
import { Icon } from '../../../ui/Icon';
import { StateMark } from '../../../ui/StateMark';
import css from './FirstLine.module.css';

/** One thing that a first line shows: seen, not seen yet, or lacking in the line that came. */
export interface Check {
  id: 'connected' | 'stored' | 'time' | 'host';
  state: 'open' | 'done' | 'missing';
}

/** The way of a first line, step by step. */
export function Checks({ checks }: { checks: readonly Check[] }) {
  const { t } = useTranslation();
  return (
    <ul className={css.checks}>
      {checks.map(({ id, state }) => (
        <li key={id} data-state={state}>
          {state === 'done' ? (
            <Icon name="check" size={14} />
          ) : (
            <StateMark health={state === 'open' ? 'unknown' : 'warn'} />
          )}
          <span>
            {state === 'missing'
              ? t(`sources.add.missing.${id as 'time' | 'host'}`)
              : t(`sources.add.check.${id}`)}
          </span>
        </li>
      ))}
    </ul>
  );
}
