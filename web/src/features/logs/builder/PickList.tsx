import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import css from './PickList.module.css';

/** One thing that can be picked. */
export interface PickOption {
  value: string;
  /** Shown; the value when left out. */
  label?: string;
  /** At the right: a count. */
  detail?: string;
}

interface PickListProps {
  /** What is picked. */
  label: string;
  /** Undefined while they are on their way. */
  options: readonly PickOption[] | undefined;
  /** Words the option that takes the typed text as it is; without it only what is listed can be picked. */
  free?: (text: string) => string;
  text: string;
  onText: (text: string) => void;
  onPick: (value: string) => void;
  children?: ReactNode;
}

/** A field to search in above a list to pick from. Arrow keys move in the list, Enter picks. */
export function PickList({ label, options, free, text, onText, onPick, children }: PickListProps) {
  const { t } = useTranslation();
  const id = useId();
  const [at, setAt] = useState(0);
  const needle = text.trim().toLowerCase();
  const shown = (options ?? []).filter(({ value, label: name }) =>
    `${name ?? ''} ${value}`.toLowerCase().includes(needle),
  );
  const known = shown.some(({ value }) => value === text.trim());
  const all: PickOption[] =
    free && text.trim() !== '' && !known
      ? [...shown, { value: text.trim(), label: free(text.trim()) }]
      : shown;
  const active = Math.min(at, all.length - 1);

  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const next = Math.max(0, Math.min(all.length - 1, active + step));
      setAt(next);
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      const picked = all[active];
      if (picked) onPick(picked.value);
    }
  };
  return (
    <div className={css.pick}>
      {children}
      <input
        type="text"
        role="combobox"
        className={css.search}
        value={text}
        placeholder={label}
        aria-label={label}
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        // biome-ignore lint/a11y/noAutofocus: a list that takes another's place in the panel takes its focus too
        autoFocus
        onChange={(event) => {
          onText(event.target.value);
          setAt(0);
        }}
        onKeyDown={move}
      />
      <div id={`${id}-list`} role="listbox" aria-label={label} className={css.list}>
        {all.map((option, i) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the search field, which names the active option
          // biome-ignore lint/a11y/useKeyWithClickEvents: the search field takes the keys
          <div
            key={option.value}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === active}
            className={css.option}
            onClick={() => onPick(option.value)}
          >
            <span className={css.name}>{option.label ?? option.value}</span>
            {option.detail && <span className={css.detail}>{option.detail}</span>}
          </div>
        ))}
        {all.length === 0 && (
          <p className={css.none}>{options ? t('logs.builder.none') : t('logs.builder.loading')}</p>
        )}
      </div>
    </div>
  );
}
