import { Popover } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import floating from '../../../ui/floating.module.css';

interface FloatingProps {
  opened: boolean;
  onChange: (opened: boolean) => void;
  /** The button that opens it. */
  target: ReactElement;
  /** Says what is chosen in it. */
  label: string;
  children: ReactNode;
}

/** A small panel below its button. It takes the focus; Esc and a click beside it close it and give the focus back. */
export function Floating({ opened, onChange, target, label, children }: FloatingProps) {
  return (
    <Popover
      opened={opened}
      onChange={onChange}
      position="bottom-start"
      offset={6}
      trapFocus
      returnFocus
      shadow="none"
      // What fades out would be opened again with what was chosen in it before.
      transitionProps={{ duration: 0 }}
      classNames={{ dropdown: floating.panel }}
    >
      <Popover.Target>{target}</Popover.Target>
      <Popover.Dropdown aria-label={label}>{children}</Popover.Dropdown>
    </Popover>
  );
}
