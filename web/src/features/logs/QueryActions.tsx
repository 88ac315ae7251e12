import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { Icon, type IconName } from '../../ui/Icon';
import css from './QueryActions.module.css';
import type { LogsSearch } from './search';
import { ShareMenu } from './share/ShareMenu';

const SaveDialog = lazy(() =>
  import('./saved/SaveDialog').then(({ SaveDialog }) => ({ default: SaveDialog })),
);

/** What can be done with a query beside running it. Where the room is scarce only the icons are shown. */
export function QueryActions() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { build = false } = useSearch({ from: '/logs' });
  const [saving, setSaving] = useState(false);
  const show = (change: Partial<LogsSearch>) =>
    void navigate({ to: '/logs', replace: true, search: (old) => ({ ...old, ...change }) });
  return (
    <div className={css.actions}>
      <Action
        icon="builder"
        label={t('logs.query.build')}
        pressed={build}
        onClick={() => show({ build: build ? undefined : true })}
      />
      <Action
        icon="history"
        label={t('logs.query.history')}
        onClick={() => show({ panel: 'history' })}
      />
      <ShareMenu className={css.action} />
      <Action
        icon="download"
        label={t('logs.export.open')}
        onClick={() => show({ panel: 'export' })}
      />
      <Action icon="save" label={t('logs.saved.save')} onClick={() => setSaving(true)} />
      {saving && (
        <Suspense>
          <SaveDialog opened onClose={() => setSaving(false)} />
        </Suspense>
      )}
    </div>
  );
}

interface ActionProps {
  icon: IconName;
  label: string;
  /** Whether what it switches is on. */
  pressed?: boolean;
  onClick: () => void;
}

function Action({ icon, label, pressed, onClick }: ActionProps) {
  return (
    <Button
      size="small"
      look="ghost"
      className={css.action ?? ''}
      title={label}
      aria-pressed={pressed}
      onClick={onClick}
    >
      <Icon name={icon} size={13} />
      <span>{label}</span>
    </Button>
  );
}
