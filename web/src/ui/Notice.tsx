import type { ReactNode } from 'react';
import css from './Notice.module.css';
import { type Health, StateMark } from './StateMark';

interface NoticeProps {
  title: ReactNode;
  text?: ReactNode;
  /** Drawn before the title; nothing when the notice is not about a state. */
  health?: Health;
  /** Next steps: buttons and links. */
  children?: ReactNode;
  /** `alert` is read out at once. */
  role?: 'alert' | 'status';
}

/** Says in one place what is the matter, why, and what to do next. */
export function Notice({ title, text, health, children, role }: NoticeProps) {
  return (
    <div className={css.notice} role={role}>
      <p className={css.title}>
        {health && <StateMark health={health} />}
        {title}
      </p>
      {text && <div className={css.text}>{text}</div>}
      {children && <div className={css.actions}>{children}</div>}
    </div>
  );
}
