import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import floating from '../../ui/floating.module.css';

interface FacetsDrawerProps {
  opened: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** The facets on the phone: a sheet from below. */
export function FacetsDrawer({ opened, onClose, children }: FacetsDrawerProps) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="bottom"
      size="75%"
      title={t('logs.facets.title')}
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
