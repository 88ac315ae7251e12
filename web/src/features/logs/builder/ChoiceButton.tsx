import { Button } from '../../../ui/Button';
import { Icon } from '../../../ui/Icon';
import { Menu, MenuItem } from '../../../ui/Menu';

interface ChoiceButtonProps<T extends string | number> {
  /** What is chosen. */
  label: string;
  value: T;
  options: readonly T[];
  text: (value: T) => string;
  onChange: (value: T) => void;
}

/** A button that shows a choice and offers the others. */
export function ChoiceButton<T extends string | number>({
  label,
  value,
  options,
  text,
  onChange,
}: ChoiceButtonProps<T>) {
  return (
    <Menu
      position="bottom-start"
      target={
        <Button size="small" aria-label={`${label}: ${text(value)}`}>
          {text(value)}
          <Icon name="down" size={12} />
        </Button>
      }
    >
      {options.map((option) => (
        <MenuItem key={option} checked={option === value} onClick={() => onChange(option)}>
          {text(option)}
        </MenuItem>
      ))}
    </Menu>
  );
}
