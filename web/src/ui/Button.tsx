import type { ButtonHTMLAttributes, Ref } from 'react';
import css from './Button.module.css';
import { Icon, type IconName } from './Icon';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `plain` has an edge, `ghost` none, `primary` is the one main action of a screen. */
  look?: 'plain' | 'ghost' | 'primary' | 'link';
  size?: 'normal' | 'small';
  ref?: Ref<HTMLButtonElement>;
}

/** A button of the console. */
export function Button({
  look = 'plain',
  size = 'normal',
  className = '',
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      className={`${css.button} ${css[look]} ${css[size]} ${className}`}
      data-look={look}
      {...rest}
    />
  );
}

interface IconButtonProps extends Omit<ButtonProps, 'children'> {
  icon: IconName;
  /** Says what the button does; shown as its tooltip too. */
  label: string;
  iconSize?: number;
}

/** A square button that shows only an icon. */
export function IconButton({
  icon,
  label,
  iconSize = 16,
  className = '',
  ...rest
}: IconButtonProps) {
  return (
    <Button aria-label={label} title={label} className={`${css.square} ${className}`} {...rest}>
      <Icon name={icon} size={iconSize} />
    </Button>
  );
}
