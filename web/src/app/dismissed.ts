import { useCallback, useState } from 'react';
import type { StatusMessage } from './statusMessages';

/** Ids of messages that were dismissed in this browser, and the version of each at that time. */
export type Dismissed = Readonly<Record<string, string>>;

const storageKey = 'haetae.dismissed';

/** Reads what was stored; nothing is dismissed when that is not ours. */
export function parseDismissed(stored: string | null): Dismissed {
  try {
    const value: unknown = JSON.parse(stored ?? '{}');
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    const pairs = Object.entries(value).filter(([, version]) => typeof version === 'string');
    return Object.fromEntries(pairs) as Dismissed;
  } catch {
    return {};
  }
}

/** Reports whether a message was dismissed just as it is now. */
export function isDismissed({ id, version }: StatusMessage, dismissed: Dismissed): boolean {
  return version !== undefined && Object.hasOwn(dismissed, id) && dismissed[id] === version;
}

/** Returns what is dismissed and how to dismiss more; kept in this browser for the next visit. */
export function useDismissed(): [Dismissed, (message: StatusMessage) => void] {
  const [dismissed, setDismissed] = useState(read);
  const dismiss = useCallback(({ id, version }: StatusMessage) => {
    if (version === undefined) return;
    const next = { ...read(), [id]: version };
    setDismissed((old) => ({ ...old, ...next }));
    try {
      localStorage.setItem(storageKey, JSON.stringify(next));
    } catch {
      // It then lasts as long as the page.
    }
  }, []);
  return [dismissed, dismiss];
}

function read(): Dismissed {
  try {
    return parseDismissed(localStorage.getItem(storageKey));
  } catch {
    return {};
  }
}
