import { useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useTime } from '../../app/TimeProvider';
import { Tabs } from '../../ui/Tabs';
import { Explore } from './Explore';
import css from './LogsPage.module.css';
import { CompareMenu } from './patterns/CompareMenu';
import { distanceOf } from './patterns/patterns';
import { usePatterns } from './patterns/usePatterns';
import { QueryActions } from './QueryActions';
import { filterOf } from './query/edit';
import { useSavedQueries } from './saved/useSavedQueries';
import { type LogsSearch, sections } from './search';

const SavedTab = lazy(() =>
  import('./saved/SavedTab').then(({ SavedTab }) => ({ default: SavedTab })),
);
const PatternsTab = lazy(() =>
  import('./patterns/PatternsTab').then(({ PatternsTab }) => ({ default: PatternsTab })),
);

// What exploring needs to go on where it was left.
const kept: readonly (keyof LogsSearch)[] = ['q', 'by', 'vs', 'cols', 'wrap', 'roomy', 'build'];

/** The page on which logs are explored, seen as patterns, and questions are kept. Its whole state is in the URL. */
export function LogsPage() {
  const { t } = useTranslation();
  const { section = 'explore', saved: current, q = '', vs } = useSearch({ from: '/logs' });
  const { window } = useTime();
  const { start, end } = window;
  const selection = useMemo(() => ({ query: filterOf(q), start, end }), [q, start, end]);
  const distance = distanceOf(vs);
  const patterns = usePatterns(selection, distance, section === 'patterns');
  const saved = useSavedQueries();
  const counts: Partial<Record<typeof section, number | undefined>> = {
    patterns: patterns.old ? undefined : patterns.data?.total,
    saved: saved.data?.length,
  };
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
        {section === 'patterns' && <CompareMenu value={distance} />}
      </div>
      <Suspense>
        {section === 'explore' && <Explore />}
        {section === 'patterns' && <PatternsTab answer={patterns} selection={selection} />}
        {section === 'saved' && <SavedTab current={current} />}
      </Suspense>
    </div>
  );
}
