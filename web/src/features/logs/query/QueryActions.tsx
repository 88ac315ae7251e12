import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/Button';
import { Icon } from '../../../ui/Icon';
import type { Panel } from '../search';
import css from './QueryActions.module.css';

interface QueryActionsProps {
  building: boolean;
  onBuild: () => void;
}

/** What can be done with a query beside running it. */
export function QueryActions({ building, onBuild }: QueryActionsProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const open = (panel: Panel) =>
    void navigate({ to: '/logs', replace: true, search: (old) => ({ ...old, panel }) });
  return (
    <div className={css.actions}>
      <Button size="small" look="ghost" aria-pressed={building} onClick={onBuild}>
        <Icon name="builder" size={13} />
        {t('logs.query.build')}
      </Button>
      <Button size="small" look="ghost" onClick={() => open('history')}>
        <Icon name="history" size={13} />
        {t('logs.query.history')}
      </Button>
    </div>
  );
}
