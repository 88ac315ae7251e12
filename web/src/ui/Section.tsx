import { type ReactNode, useId } from 'react';
import css from './Section.module.css';

interface SectionProps {
  title: ReactNode;
  /** Beside the title, small. */
  note?: ReactNode;
  /** At the right: a control or a fact. */
  end?: ReactNode;
  children: ReactNode;
}

/** A titled region of the page; its tables look as tables of the page do. */
export function Section({ title, note, end, children }: SectionProps) {
  const id = useId();
  return (
    <section className={css.section} aria-labelledby={id}>
      <header className={css.head}>
        <h2 id={id}>{title}</h2>
        {note && <small>{note}</small>}
        {end && <span className={css.end}>{end}</span>}
      </header>
      {children}
    </section>
  );
}
