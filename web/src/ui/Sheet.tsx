import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import floating from './floating.module.css';

interface SheetProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** Height, as CSS writes it or in px. */
  size: string | number;
  children: ReactNode;
}

/** A sheet from below, for the phone; Esc or a tap beside it closes it. */
export default function Sheet({ opened, onClose, title, size, children }: SheetProps) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="bottom"
      size={size}
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
    </Drawer>
  );
}
