import { useTranslation } from 'react-i18next';
import type { PatternState } from '../search';
import css from './Patterns.module.css';

/** How a pattern stands against before, as a shape and a word. */
export function PatternFlag({ state }: { state: PatternState }) {
  const { t } = useTranslation();
  return (
    <span className={css.flag} data-state={state}>
      <svg width="9" height="9" viewBox="0 0 9 9" aria-hidden="true">
        {state === 'exploded' ? (
          <path d="M4.5 .5 9 8.5H0z" />
        ) : (
          <circle cx="4.5" cy="4.5" r={state === 'silent' ? 3.6 : 4} />
        )}
      </svg>
      {t(`patterns.flag.${state}`)}
    </span>
  );
}
