import css from './Kbd.module.css';

/** A key as it is printed on the keyboard. */
export function Kbd({ children }: { children: string }) {
  return (
    <kbd className={css.key} translate="no">
      {children}
    </kbd>
  );
}
