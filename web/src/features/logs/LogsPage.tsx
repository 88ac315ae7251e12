import { useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Tabs } from '../../ui/Tabs';
import { Explore } from './Explore';
import css from './LogsPage.module.css';
import { QueryActions } from './QueryActions';
import { useSavedQueries } from './saved/useSavedQueries';
import { type LogsSearch, sections } from './search';

const SavedTab = lazy(() =>
  import('./saved/SavedTab').then(({ SavedTab }) => ({ default: SavedTab })),
);

// What exploring needs to go on where it was left.
const kept: readonly (keyof LogsSearch)[] = ['q', 'by', 'vs', 'cols', 'wrap', 'roomy', 'build'];

/** The page on which logs are explored and questions are kept. Its whole state is in the URL. */
export function LogsPage() {
  const { t } = useTranslation();
  const { section = 'explore', saved: current } = useSearch({ from: '/logs' });
  const saved = useSavedQueries();
  const counts: Partial<Record<typeof section, number | undefined>> = { saved: saved.data?.length };
  return (
    <div className={css.page}>
      <div className={css.head}>
        <Tabs
          label={t('logs.sections.label')}
          param="section"
          current={section}
          keep={kept}
          tabs={(['explore', ...sections] as const).map((id) => ({
            id,
            label: t(`logs.sections.${id}`),
            count: counts[id],
          }))}
        />
        {section === 'explore' && <QueryActions />}
      </div>
      {section === 'explore' ? (
        <Explore />
      ) : (
        <Suspense>
          <SavedTab current={current} />
        </Suspense>
      )}
    </div>
  );
}
