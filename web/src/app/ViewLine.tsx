import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { leaveView } from '../api/me';
import { Button } from '../ui/Button';
import { Icon } from '../ui/Icon';
import { useMe } from './me';
import css from './ShellLine.module.css';

/** Says as whom an administrator looks at the console, and leads back. */
export function ViewLine() {
  const { t } = useTranslation();
  const { me } = useMe();
  const back = useMutation({
    mutationFn: leaveView,
    // Nothing that was read with the other's eyes may stay.
    onSuccess: () => location.reload(),
  });
  if (!me?.seen_by) return null;
  return (
    <div className={css.line} data-tone="view" role="status">
      <Icon name="eye" size={14} />
      <span>
        <b>{t('me.seeingAs', { name: me.name })}</b> {t('me.seeingOnly')}
      </span>
      <Button size="small" disabled={back.isPending} onClick={() => back.mutate()}>
        {t('me.leaveView')}
      </Button>
    </div>
  );
}
