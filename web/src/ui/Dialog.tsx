import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import floating from './floating.module.css';

interface DialogProps {
  opened: boolean;
  onClose: () => void;
  title: ReactNode;
  /** Width in px. */
  size?: number;
  children: ReactNode;
}

/** Asks before what cannot be undone, or explains; it keeps the focus until it is closed. */
export function Dialog({ opened, onClose, title, size = 460, children }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size={size}
      centered
      title={title}
      closeButtonProps={{ 'aria-label': t('shell.close') }}
      classNames={{
        content: floating.dialog,
        header: floating.dialogHeader,
        title: floating.dialogTitle,
        body: floating.dialogBody,
      }}
    >
      {children}
    </Modal>
  );
}
