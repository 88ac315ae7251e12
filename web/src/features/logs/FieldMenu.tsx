import { Popover } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fetchFieldNames, type Selection } from '../../api/select';
import floating from '../../ui/floating.module.css';
import { Icon } from '../../ui/Icon';
import { shortCount } from '../../ui/quantity';
import css from './FieldMenu.module.css';
import { isFacetField } from './facets';

/** Lists the fields of the selected records, most frequent first; asks only while `wanted`. */
export function useFieldNames(selection: Selection, wanted: boolean) {
  return useQuery({
    queryKey: ['fields', selection],
    queryFn: ({ signal }) => fetchFieldNames(selection, signal),
    enabled: wanted,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    gcTime: 60_000,
  });
}

interface FieldMenuProps {
  /** What the menu chooses; names its search field. */
  label: string;
  selection: Selection;
  /** The present choice. */
  value?: string | undefined;
  onChoose: (field: string) => void;
  /** Returns the button that opens the menu. */
  target: (toggle: () => void) => ReactElement;
}

/** A list of fields behind a button, with a search. Arrow keys move, Enter chooses. */
export function FieldMenu({ label, selection, value, onChoose, target }: FieldMenuProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [search, setSearch] = useState('');
  const { data } = useFieldNames(selection, opened);
  const wanted = search.trim().toLowerCase();
  const fields = (data ?? []).filter(
    ({ value: name }) => isFacetField(name) && name.toLowerCase().includes(wanted),
  );
  const choose = (field: string) => {
    setOpened(false);
    setSearch('');
    onChoose(field);
  };
  const move = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('input, button')];
    const at = stops.indexOf(document.activeElement as HTMLElement);
    stops[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
    event.preventDefault();
  };
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      trapFocus
      returnFocus
      classNames={{ dropdown: floating.panel }}
    >
      <Popover.Target>{target(() => setOpened(!opened))}</Popover.Target>
      <Popover.Dropdown aria-label={label} onKeyDown={move}>
        <form
          className={css.search}
          onSubmit={(event) => {
            event.preventDefault();
            if (fields[0]) choose(fields[0].value);
          }}
        >
          <Icon name="search" size={13} />
          <input
            data-autofocus
            value={search}
            aria-label={label}
            placeholder={label}
            onChange={(event) => setSearch(event.target.value)}
          />
        </form>
        <div className={css.fields}>
          {fields.map(({ value: name, hits }) => (
            <button
              key={name}
              type="button"
              className={floating.item}
              aria-current={name === value || undefined}
              onClick={() => choose(name)}
            >
              <code className={css.name}>{name}</code>
              {name === value ? <Icon name="check" size={13} /> : <em>{shortCount(hits)}</em>}
            </button>
          ))}
          {data && fields.length === 0 && <p className={css.none}>{t('logs.facets.none')}</p>}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
