import type { ReactNode } from 'react';
import { type Health, StateMark } from './StateMark';
import css from './Verdict.module.css';

interface VerdictProps {
  /** Names the region for screen readers. */
  label: string;
  health: Health;
  /** The sentence that decides. */
  title: ReactNode;
  /** At the right: a control. */
  end?: ReactNode;
  /** What the sentence rests on: paragraphs, which `data-state` colours. */
  children: ReactNode;
}

/** Opens a page about one thing: what is wrong, how much and since when; that all is well when nothing is. */
export function Verdict({ label, health, title, end, children }: VerdictProps) {
  return (
    <section className={css.verdict} aria-label={label}>
      <StateMark health={health} />
      <div className={css.words}>
        <h2>{title}</h2>
        {children}
      </div>
      {end}
    </section>
  );
}
