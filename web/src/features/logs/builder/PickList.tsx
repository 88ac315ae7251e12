import { useTranslation } from 'react-i18next';
import { SearchList } from '../../../ui/SearchList';
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
  /** Words the option that takes the typed text as it is. */
  free: (text: string) => string;
  text: string;
  onText: (text: string) => void;
  onPick: (value: string) => void;
}

/** A list of fields or values to search in, and to pick one of, or what is typed. */
export function PickList({ label, options, free, text, onText, onPick }: PickListProps) {
  const { t } = useTranslation();
  const typed = text.trim();
  const shown = (options ?? []).filter(({ value, label: name }) =>
    `${name ?? ''} ${value}`.toLowerCase().includes(typed.toLowerCase()),
  );
  const known = typed === '' || shown.some(({ value }) => value === typed);
  const all: PickOption[] = known ? shown : [...shown, { value: typed, label: free(typed) }];
  return (
    <div className={css.pick}>
      <SearchList
        autoFocus
        label={label}
        text={text}
        onText={onText}
        groups={[
          {
            id: 'options',
            items: all.map(({ value, label: name, detail }) => ({
              id: value,
              content: (
                <>
                  <span className={css.name}>{name ?? value}</span>
                  {detail && <span className={css.detail}>{detail}</span>}
                </>
              ),
              onChoose: () => onPick(value),
            })),
          },
        ]}
        empty={options ? t('logs.builder.none') : t('logs.builder.loading')}
      />
    </div>
  );
}
