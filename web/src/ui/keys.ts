import { useEffect, useRef } from 'react';

/** What to do for a key, named as KeyboardEvent.key gives it but in lower case; returning false lets others have the key. */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

const textInputs = new Set(['text', 'search', 'url', 'email', 'password', 'number', 'tel']);

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

/**
 * Listens to single keys on the whole page. They rest while a text field or a dialog has the focus, with Ctrl, Alt or Meta, and
 * when the key works the focused button.
 */
export function useKeys(map: KeyMap): void {
  const latest = useRef(map);
  useEffect(() => {
    latest.current = map;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
      if (takesText(event.target) || pressesControl(event.key, event.target)) return;
      if (event.target instanceof Element && event.target.closest('[role="dialog"]')) return;
      const act = latest.current[event.key.toLowerCase()];
      if (act && act(event) !== false) event.preventDefault();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}
