import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';

const ExportPanel = lazy(() =>
  import('./export/ExportPanel').then(({ ExportPanel }) => ({ default: ExportPanel })),
);
const HistoryPanel = lazy(() =>
  import('./history/HistoryPanel').then(({ HistoryPanel }) => ({ default: HistoryPanel })),
);
const SavedPanel = lazy(() =>
  import('./saved/SavedPanel').then(({ SavedPanel }) => ({ default: SavedPanel })),
);

/** What is open at the right of the page, as the URL says. */
export function LogsPanels({ onRun }: { onRun: (query: string) => void }) {
  const { panel, saved } = useSearch({ from: '/logs' });
  const navigate = useNavigate();
  const close = () =>
    void navigate({ to: '/logs', replace: true, search: (old) => ({ ...old, panel: undefined }) });
  return (
    <Suspense>
      {panel === 'export' && <ExportPanel onClose={close} />}
      {panel === 'history' && <HistoryPanel onRun={onRun} onClose={close} />}
      {panel === 'saved' && <SavedPanel current={saved} onClose={close} />}
    </Suspense>
  );
}
