import { lazy, Suspense, useMemo } from 'react';
import { useTime } from '../../app/TimeProvider';
import { toggleColumn } from './columns';
import { groupPipes } from './fieldstats/fieldStats';
import { defaultBy } from './histogram';
import { filterOf } from './query/edit';
import type { LogsSearch } from './search';

// Most searches look at no field by itself.
const FieldPanel = lazy(() => import('./fieldstats/FieldPanel'));

interface FieldStatsProps {
  query: string;
  search: LogsSearch;
  onRun: (query: string) => void;
  onNarrow: (field: string, value: string, mode: 'only' | 'not') => void;
  onChange: (search: Partial<LogsSearch>) => void;
}

/** The statistics of the field that the URL names, when it names one. */
export function FieldStats({ query, search, onRun, onNarrow, onChange }: FieldStatsProps) {
  const { window } = useTime();
  const { field } = search;
  const filter = filterOf(query);
  const selection = useMemo(() => ({ query: filter, ...window }), [filter, window]);
  if (!field) return null;
  return (
    <Suspense>
      <FieldPanel
        key={field}
        field={field}
        selection={selection}
        query={query}
        onNarrow={onNarrow}
        onGroup={() => onRun(`${filter} ${groupPipes(field)}`)}
        onColumn={() => onChange({ cols: toggleColumn(search.cols, field) })}
        onStack={() => onChange({ by: field === defaultBy ? undefined : field })}
        onClose={() => onChange({ field: undefined })}
      />
    </Suspense>
  );
}
