import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ErrorNotice } from '../../ui/ErrorNotice';
import css from './Form.module.css';

interface ConfirmProps {
  /** The question; the dialog is closed without one. */
  title: string | undefined;
  /** What the button does, as a verb. */
  act: string;
  busy: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
  /** What goes, by name. */
  children: ReactNode;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, act, busy, error, onConfirm, onClose, children }: ConfirmProps) {
  const { t } = useTranslation();
  return (
    <Dialog opened={title !== undefined} onClose={onClose} title={title}>
      <div className={css.ask}>{children}</div>
      {Boolean(error) && <ErrorNotice error={error} />}
      <div className={css.buttons}>
        <Button onClick={onClose} data-autofocus="">
          {t('access.cancel')}
        </Button>
        <Button look="primary" disabled={busy} onClick={onConfirm}>
          {act}
        </Button>
      </div>
    </Dialog>
  );
}
