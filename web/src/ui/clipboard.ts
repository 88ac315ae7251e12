import { useEffect, useState } from 'react';

/** Puts text on the clipboard; false where the browser does not allow it. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** How the last copy went; `idle` again two seconds later. */
export type CopyState = 'idle' | 'done' | 'failed';

/** Returns a function that copies, and how the last copy went. */
export function useCopy(): [CopyState, (text: string) => void] {
  const [state, setState] = useState<CopyState>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), 2000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = (text: string) => {
    void copyText(text).then((done) => setState(done ? 'done' : 'failed'));
  };
  return [state, copy];
}
