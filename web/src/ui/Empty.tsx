import type { ReactNode } from 'react';
import { Command } from './Command';
import { Notice } from './Notice';

interface EmptyProps {
  /** What is not there: "No dead letters". */
  title: ReactNode;
  /** Why it is empty. */
  why?: ReactNode;
  /** To run in a terminal, so that there is something. */
  command?: string | undefined;
  /** Next steps: buttons and links. */
  children?: ReactNode;
}

/** Stands where there is nothing to show: why that is so, and the next step. */
export function Empty({ title, why, command, children }: EmptyProps) {
  return (
    <Notice
      role="status"
      title={title}
      text={
        (why || command) && (
          <>
            {why}
            {command && <Command text={command} />}
          </>
        )
      }
    >
      {children}
    </Notice>
  );
}
