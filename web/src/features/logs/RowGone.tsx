import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { StateMark } from '../../ui/StateMark';
import css from './TailBar.module.css';

/** Says that the row which the URL names is not among the lines. */
export default function RowGone({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={css.gone} role="alert">
      <StateMark health="warn" />
      <span>
        <b>{t('logs.rowGone.title')}</b> {t('logs.rowGone.why')}
      </span>
      <Button look="ghost" size="small" className={css.action} onClick={onClose}>
        {t('logs.rowGone.close')}
      </Button>
    </div>
  );
}
