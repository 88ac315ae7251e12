import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { Icon } from './Icon';
import css from './SearchList.module.css';

/** One thing to choose. */
export interface SearchItem {
  id: string;
  content: ReactNode;
  onChoose: () => void;
}

/** Items under one heading; no heading when there is only one kind of thing. */
export interface SearchGroup {
  id: string;
  label?: string | undefined;
  items: readonly SearchItem[];
}

interface SearchListProps {
  /** What is searched, for screen readers and as the hint in the empty field. */
  label: string;
  text: string;
  onText: (text: string) => void;
  /** Groups without items are left out. */
  groups: readonly SearchGroup[];
  /** Stands in place of the list when nothing matches. */
  empty: ReactNode;
  /** Takes the focus when it appears. */
  autoFocus?: boolean;
}

/** A field with the list of what matches below. Arrow keys, Home and End move, Enter chooses; the focus stays in the field. */
export function SearchList({
  label,
  text,
  onText,
  groups,
  empty,
  autoFocus = false,
}: SearchListProps) {
  const listId = useId();
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const items = groups.flatMap((group) => group.items);
  // The choice belongs to what was typed: other matches begin at the first again.
  const [chosen, setChosen] = useState({ text, index: 0 });
  const index = chosen.text === text ? Math.min(chosen.index, items.length - 1) : 0;
  const choose = (next: number) =>
    setChosen({ text, index: Math.max(0, Math.min(next, items.length - 1)) });

  // Before the next key: what was typed on goes into the field.
  useLayoutEffect(() => {
    const input = field.current;
    if (!autoFocus || !input) return;
    input.focus();
    input.setSelectionRange(input.value.length, input.value.length);
  }, [autoFocus]);
  useEffect(() => {
    list.current?.querySelector(`[data-index="${index}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [index]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return; // Enter ends a Hangul syllable first
    const moves: Record<string, number> = {
      ArrowDown: index === items.length - 1 ? 0 : index + 1,
      ArrowUp: index === 0 ? items.length - 1 : index - 1,
      PageDown: index + 8,
      PageUp: index - 8,
    };
    const next = moves[event.key];
    if (next !== undefined) choose(next);
    else if (event.key === 'Enter') items[index]?.onChoose();
    else return;
    event.preventDefault();
  };

  let at = -1;
  return (
    <div className={css.search}>
      <div className={css.field}>
        <Icon name="search" size={14} />
        <input
          ref={field}
          type="text"
          role="combobox"
          aria-label={label}
          aria-expanded={items.length > 0}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={items[index] && `${listId}-${index}`}
          placeholder={label}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => onText(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </div>
      {items.length === 0 && (
        <div className={css.empty} role="status">
          {empty}
        </div>
      )}
      <div ref={list} id={listId} role="listbox" aria-label={label} className={css.list}>
        {groups.map((group) =>
          group.items.length === 0 ? null : (
            // biome-ignore lint/a11y/useSemanticElements: a listbox holds groups, not fieldsets
            <div key={group.id} role="group" aria-label={group.label ?? label}>
              {group.label && (
                <div className={css.label} aria-hidden="true">
                  {group.label}
                </div>
              )}
              {group.items.map((item) => {
                at += 1;
                const own = at;
                return (
                  // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names the active option
                  // biome-ignore lint/a11y/useKeyWithClickEvents: keys work in the field
                  <div
                    key={item.id}
                    id={`${listId}-${own}`}
                    data-index={own}
                    role="option"
                    aria-selected={own === index}
                    className={css.item}
                    onPointerMove={() => own !== index && choose(own)}
                    onPointerDown={(event) => event.preventDefault()}
                    onClick={item.onChoose}
                  >
                    {item.content}
                  </div>
                );
              })}
            </div>
          ),
        )}
      </div>
    </div>
  );
}
