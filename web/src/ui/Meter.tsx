import css from './Meter.module.css';

/** How much of a bound is used, as a bar; the number stands beside it. */
export function Meter({ used, bound }: { used: number; bound: number }) {
  const part = bound > 0 ? Math.min(1, used / bound) : 0;
  return (
    <span className={css.meter} aria-hidden="true">
      <i style={{ width: `${100 * part}%` }} data-full={part >= 0.95 || undefined} />
    </span>
  );
}
