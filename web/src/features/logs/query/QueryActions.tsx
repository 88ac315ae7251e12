import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/Button';
import { Icon } from '../../../ui/Icon';
import { count } from '../../../ui/quantity';
import { useSavedQueries } from '../saved/useSavedQueries';
import type { Panel } from '../search';
import { ShareMenu } from '../share/ShareMenu';
import css from './QueryActions.module.css';

const SaveDialog = lazy(() =>
  import('../saved/SaveDialog').then(({ SaveDialog }) => ({ default: SaveDialog })),
);

interface QueryActionsProps {
  building: boolean;
  onBuild: () => void;
}

/** What can be done with a query beside running it. */
export function QueryActions({ building, onBuild }: QueryActionsProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const saved = useSavedQueries();
  const [saving, setSaving] = useState(false);
  const open = (panel: Panel) =>
    void navigate({ to: '/logs', replace: true, search: (old) => ({ ...old, panel }) });
  return (
    <div className={css.actions}>
      <Button size="small" look="ghost" aria-pressed={building} onClick={onBuild}>
        <Icon name="builder" size={13} />
        {t('logs.query.build')}
      </Button>
      <Button size="small" look="ghost" onClick={() => open('saved')}>
        <Icon name="folder" size={13} />
        {t('logs.saved.tab')}
        {saved.data && <span className={css.count}>{count(saved.data.length)}</span>}
      </Button>
      <Button size="small" look="ghost" onClick={() => open('history')}>
        <Icon name="history" size={13} />
        {t('logs.query.history')}
      </Button>
      <span className={css.gap} />
      <ShareMenu />
      <Button size="small" look="ghost" onClick={() => open('export')}>
        <Icon name="download" size={13} />
        {t('logs.export.open')}
      </Button>
      <Button size="small" look="ghost" onClick={() => setSaving(true)}>
        <Icon name="save" size={13} />
        {t('logs.saved.save')}
      </Button>
      {saving && (
        <Suspense>
          <SaveDialog opened onClose={() => setSaving(false)} />
        </Suspense>
      )}
    </div>
  );
}
