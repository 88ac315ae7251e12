import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './Button';
import { useKeys } from './keys';
import css from './SidePanel.module.css';

interface SidePanelProps {
  title: ReactNode;
  onClose: () => void;
  /** Beside the title: a small control or a state. */
  extra?: ReactNode;
  /** Stays at the lower edge while the rest scrolls: the panel's buttons. */
  foot?: ReactNode;
  children: ReactNode;
}

/**
 * Creates or inspects one thing at the right while the list stays usable; the last child of a flex row. Below 1100 px it lies over
 * the page. Opening it moves the focus into it, Esc closes it, and the focus goes back to where it was.
 */
export function SidePanel({ title, onClose, extra, foot, children }: SidePanelProps) {
  const { t } = useTranslation();
  const panel = useRef<HTMLElement>(null);
  const titleId = useId();
  useEffect(() => {
    const before = document.activeElement;
    const chosen = panel.current?.querySelector<HTMLElement>('[data-autofocus]');
    (chosen ?? panel.current)?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  useKeys({ escape: onClose });

  const closeByKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    // The event also comes from a dialog or menu that the panel opened, drawn elsewhere: the key closes that alone.
    if (!event.currentTarget.contains(event.target as Node)) return;
    event.preventDefault();
    onClose();
  };
  return (
    <aside
      ref={panel}
      role="dialog"
      aria-labelledby={titleId}
      tabIndex={-1}
      className={css.panel}
      onKeyDown={closeByKey}
    >
      <header className={css.head}>
        <h2 id={titleId} className={css.title}>
          {title}
        </h2>
        {extra}
        <IconButton icon="close" label={t('shell.close')} look="ghost" onClick={onClose} />
      </header>
      <div className={css.body}>{children}</div>
      {foot && <footer className={css.foot}>{foot}</footer>}
    </aside>
  );
}
