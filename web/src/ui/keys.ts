import { useEffect, useRef, useSyncExternalStore } from 'react';

/**
 * What to do for a key, named as KeyboardEvent.key gives it but in lower case, or for two in a row: `g l`. Returning false lets
 * others have the key.
 */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

/** Keys that belong together, as the list of keys shows them; the texts are in the page's language. */
export interface KeyHelp {
  title: string;
  keys: readonly { keys: readonly string[]; text: string }[];
}

const textInputs = new Set(['text', 'search', 'url', 'email', 'password', 'number', 'tel']);
// The second of two keys must follow within this many ms.
const sequencePause = 1500;

// Parts of a page mount before the page, and the page before the shell: the first that has a use for a key gets it.
const maps = new Set<{ current: KeyMap }>();
let first: { key: string; at: number } | null = null;

let helps: readonly KeyHelp[] = [];
const helpWatchers = new Set<() => void>();

/** Reports whether keys typed into the element are text. */
function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && textInputs.has(target.type);
}

function pressesControl(key: string, target: EventTarget | null): boolean {
  const control = target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement;
  return control && (key === 'Enter' || key === ' ');
}

function listen(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  if (takesText(event.target) || pressesControl(event.key, event.target)) return;
  if (event.target instanceof Element && event.target.closest('[role="dialog"]')) return;
  const key = event.key.toLowerCase();
  const begun = first && event.timeStamp - first.at < sequencePause ? `${first.key} ` : '';
  first = null;
  if (act(begun + key, event)) return;
  const begins = [...maps].some(({ current }) =>
    Object.keys(current).some((keys) => keys.startsWith(`${key} `)),
  );
  if (begins) first = { key, at: event.timeStamp };
}

function act(keys: string, event: KeyboardEvent): boolean {
  for (const { current } of maps) {
    if (Object.hasOwn(current, keys) && current[keys]?.(event) !== false) {
      event.preventDefault();
      return true;
    }
  }
  return false;
}

/**
 * Listens to keys on the whole page. They rest while a text field or a dialog has the focus, with Ctrl, Alt or Meta, and when the
 * key works the focused button.
 */
export function useKeys(map: KeyMap): void {
  const latest = useRef(map);
  useEffect(() => {
    latest.current = map;
  });
  useEffect(() => {
    if (maps.size === 0) document.addEventListener('keydown', listen);
    maps.add(latest);
    return () => {
      maps.delete(latest);
      if (maps.size === 0) document.removeEventListener('keydown', listen);
    };
  }, []);
}

function setHelps(next: readonly KeyHelp[]): void {
  helps = next;
  for (const watcher of helpWatchers) watcher();
}

/** Adds keys to the list of keys as long as the component is there. */
export function useKeyHelp(help: KeyHelp): void {
  const text = JSON.stringify(help);
  useEffect(() => {
    const own = JSON.parse(text) as KeyHelp;
    setHelps([...helps, own]);
    return () => setHelps(helps.filter((one) => one !== own));
  }, [text]);
}

/** Returns the keys of everything on the page. */
export function useKeyHelps(): readonly KeyHelp[] {
  return useSyncExternalStore(watchHelps, () => helps);
}

function watchHelps(changed: () => void): () => void {
  helpWatchers.add(changed);
  return () => helpWatchers.delete(changed);
}
