import css from './StateMark.module.css';

export type Health = 'ok' | 'warn' | 'critical' | 'unknown';

/** The state of a thing as a shape in a colour. A text beside it must say the same. */
export function StateMark({ health }: { health: Health }) {
  return <span className={`${css.mark} ${css[health]}`} aria-hidden="true" />;
}
