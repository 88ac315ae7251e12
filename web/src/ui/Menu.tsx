import { Menu as MantineMenu, type MenuProps as MantineMenuProps } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import floating from './floating.module.css';
import { Icon, type IconName } from './Icon';

interface MenuProps {
  /** The button that opens the menu. */
  target: ReactElement;
  position?: MantineMenuProps['position'];
  children: ReactNode;
}

/** A list of actions behind a button. Arrow keys move, letters jump, Esc closes and gives the focus back. */
export function Menu({ target, position = 'bottom-end', children }: MenuProps) {
  return (
    <MantineMenu
      position={position}
      // It would be a child that a menu may not have; the first item takes the focus instead.
      withInitialFocusPlaceholder={false}
      classNames={{
        dropdown: floating.panel,
        item: floating.item,
        label: floating.label,
        divider: floating.divider,
      }}
    >
      <MantineMenu.Target>{target}</MantineMenu.Target>
      <MantineMenu.Dropdown>{children}</MantineMenu.Dropdown>
    </MantineMenu>
  );
}

interface MenuItemProps {
  icon?: IconName;
  /** Marks the present choice. */
  checked?: boolean;
  /** At the right: a key or a count. */
  hint?: ReactNode;
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}

/** One action of a menu. */
export function MenuItem({
  icon,
  checked,
  hint,
  disabled = false,
  onClick,
  children,
}: MenuItemProps) {
  return (
    <MantineMenu.Item
      leftSection={icon && <Icon name={icon} size={14} />}
      rightSection={checked ? <Icon name="check" size={13} /> : hint}
      aria-current={checked || undefined}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </MantineMenu.Item>
  );
}

export const MenuLabel = MantineMenu.Label;
export const MenuDivider = MantineMenu.Divider;
