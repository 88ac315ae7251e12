import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';

const ExplainPanel = lazy(() =>
  import('./explain/ExplainPanel').then(({ ExplainPanel }) => ({ default: ExplainPanel })),
);
const ExportPanel = lazy(() =>
  import('./export/ExportPanel').then(({ ExportPanel }) => ({ default: ExportPanel })),
);
const HistoryPanel = lazy(() =>
  import('./history/HistoryPanel').then(({ HistoryPanel }) => ({ default: HistoryPanel })),
);

/** What is open at the right of the page, as the URL says. */
export function LogsPanels({ onRun }: { onRun: (query: string) => void }) {
  const { panel } = useSearch({ from: '/logs' });
  const navigate = useNavigate();
  const close = () =>
    void navigate({ to: '/logs', replace: true, search: (old) => ({ ...old, panel: undefined }) });
  return (
    <Suspense>
      {panel === 'explain' && <ExplainPanel onClose={close} />}
      {panel === 'export' && <ExportPanel onClose={close} />}
      {panel === 'history' && <HistoryPanel onRun={onRun} onClose={close} />}
    </Suspense>
  );
}
