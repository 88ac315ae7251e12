import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from 'react';
import css from './Field.module.css';

export interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: ReactNode;
  /** At the right of the label; its coming and going moves nothing. */
  aside?: ReactNode;
  /** Below the field: what may stand there. */
  hint?: ReactNode;
  /** Inside of the field at its end: a small button. */
  end?: ReactNode;
  ref?: Ref<HTMLInputElement>;
}

/** One line of text with its label. */
export function Field({ label, aside, hint, end, className = '', ...input }: FieldProps) {
  const id = useId();
  return (
    <div className={`${css.field} ${className}`}>
      <span className={css.head}>
        <label htmlFor={id}>{label}</label>
        {aside && <small role="status">{aside}</small>}
      </span>
      <span className={css.box}>
        <input id={id} aria-describedby={hint ? `${id}-hint` : undefined} {...input} />
        {end}
      </span>
      {hint && (
        <small id={`${id}-hint`} className={css.hint}>
          {hint}
        </small>
      )}
    </div>
  );
}
