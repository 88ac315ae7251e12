import { useId } from 'react';
import { Icon, type IconName } from './Icon';
import css from './Segmented.module.css';

interface SegmentedOption<T extends string> {
  value: T;
  /** Shown, or read out when there is an icon. */
  label: string;
  icon?: IconName;
}

interface SegmentedProps<T extends string> {
  /** What is chosen. */
  label: string;
  value: T;
  /** Up to five; more belong into a menu. */
  options: readonly SegmentedOption<T>[];
  onChange: (value: T) => void;
  /** `small` stands in rows of a table or above a chart. */
  size?: 'normal' | 'small';
}

/** One of a few choices that exclude each other. Arrow keys move between them. */
export function Segmented<T extends string>({
  label,
  value,
  options,
  onChange,
  size = 'normal',
}: SegmentedProps<T>) {
  const name = useId();
  return (
    <fieldset className={css.group} data-size={size} aria-label={label}>
      {options.map((option) => (
        <label
          key={option.value}
          className={css.option}
          title={option.icon ? option.label : undefined}
        >
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            aria-label={option.icon ? option.label : undefined}
            onChange={() => onChange(option.value)}
          />
          <span>{option.icon ? <Icon name={option.icon} size={14} /> : option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
