import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { PipelineSearch } from './search';

/** Returns what the page's URL says and how to change parts of it; `undefined` takes a part out. */
export function usePipelineSearch(): [PipelineSearch, (next: PipelineSearch) => void] {
  const search = useSearch({ from: '/pipeline' });
  const navigate = useNavigate();
  const change = useCallback(
    (next: PipelineSearch) =>
      void navigate({ to: '/pipeline', search: (old) => ({ ...old, ...next }) }),
    [navigate],
  );
  return [search, change];
}
