import { useSyncExternalStore } from 'react';

const phone = matchMedia('(max-width: 720px)');

function watch(changed: () => void): () => void {
  phone.addEventListener('change', changed);
  return () => phone.removeEventListener('change', changed);
}

/** Reports whether the page has the phone layout. Style sheets use the same width. */
export function usePhone(): boolean {
  return useSyncExternalStore(watch, () => phone.matches);
}
