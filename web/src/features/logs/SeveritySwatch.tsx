import css from './SeveritySwatch.module.css';

/** A small square in the colour of a severity; the word stands beside it. */
export function SeveritySwatch({ severity }: { severity: string }) {
  return <span className={css.swatch} data-severity={severity} aria-hidden="true" />;
}
