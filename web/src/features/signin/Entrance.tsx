import type { ReactNode } from 'react';
import { LanguageButton } from '../../app/LanguageButton';
import { ThemeMenu } from '../../app/ThemeMenu';
import { Wordmark } from '../../app/Wordmark';
import css from './Entrance.module.css';

interface EntranceProps {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}

/** The frame of pages before the console: the name, one column, language and theme. */
export function Entrance({ title, lead, children }: EntranceProps) {
  return (
    <div className={css.frame}>
      <title>{`${title} · Haetae`}</title>
      <header className={css.bar}>
        <Wordmark />
        <LanguageButton />
        <ThemeMenu />
      </header>
      <main className={css.main}>
        <h1 className={css.title}>{title}</h1>
        {lead && <p className={css.lead}>{lead}</p>}
        {children}
      </main>
    </div>
  );
}
