import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Command } from '../../ui/Command';
import css from './Form.module.css';

interface OnceProps {
  /** What it is and for whom. */
  title: string;
  secret: string;
  /** What to do with it. */
  children?: ReactNode;
}

/** A secret that is shown this once, with a button that copies it. */
export function Once({ title, secret, children }: OnceProps) {
  const { t } = useTranslation();
  return (
    <div className={css.sum} role="status">
      <p>
        <b>{title}</b>
      </p>
      <Command text={secret} />
      <p>{t('access.once')}</p>
      {children}
    </div>
  );
}
