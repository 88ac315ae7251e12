import { useMe } from './me';
import { pages } from './pages';

/** Returns the pages that are worth showing to whoever looks. */
export function usePages(): readonly (typeof pages)[number][] {
  const { may } = useMe();
  return pages.filter(({ needs }) => needs.some(may));
}
