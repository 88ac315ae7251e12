import { useCallback, useState } from 'react';

/** Which fields stand first among the facets, and which are not shown; kept in this browser. */
export interface FacetChoice {
  pinned: readonly string[];
  hidden: readonly string[];
}

const storageKey = 'haetae.facets';
const none: FacetChoice = { pinned: [], hidden: [] };

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

/** Reads what was stored; nothing is chosen when that is not ours. */
export function parseFacetChoice(stored: string | null): FacetChoice {
  try {
    const value = JSON.parse(stored ?? '{}') as { pinned?: unknown; hidden?: unknown } | null;
    return { pinned: names(value?.pinned), hidden: names(value?.hidden) };
  } catch {
    return none;
  }
}

/** Puts a field into one of the lists, or takes it out when it is there; it never stands in both. */
export function withChoice(
  { pinned, hidden }: FacetChoice,
  list: keyof FacetChoice,
  field: string,
): FacetChoice {
  const without = {
    pinned: pinned.filter((f) => f !== field),
    hidden: hidden.filter((f) => f !== field),
  };
  const was = (list === 'pinned' ? pinned : hidden).includes(field);
  return was ? without : { ...without, [list]: [...without[list], field] };
}

function read(): FacetChoice {
  try {
    return parseFacetChoice(localStorage.getItem(storageKey));
  } catch {
    return none;
  }
}

/** Returns the choice and how to change it. */
export function useFacetChoice(): [FacetChoice, (list: keyof FacetChoice, field: string) => void] {
  const [choice, setChoice] = useState(read);
  const toggle = useCallback((list: keyof FacetChoice, field: string) => {
    const next = withChoice(read(), list, field);
    setChoice(next);
    try {
      localStorage.setItem(storageKey, JSON.stringify(next));
    } catch {
      // The choice then lasts as long as the page.
    }
  }, []);
  return [choice, toggle];
}
