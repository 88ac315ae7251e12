import { useTranslation } from 'react-i18next';
import { useCopy } from '../../ui/clipboard';
import css from './FieldRow.module.css';
import { termAttributes } from './terms';

interface FieldRowProps {
  field: string;
  value: string;
  onNarrow: (field: string, value: string, mode: 'only' | 'not') => void;
}

/** A field of an opened row. What can be done with it shows on hover and focus, which a tap or click gives too. */
export function FieldRow({ field, value, onNarrow }: FieldRowProps) {
  const { t } = useTranslation();
  const [copied, copy] = useCopy();
  const about = { field, value };
  return (
    <div className={css.field} tabIndex={-1} {...termAttributes(about)}>
      <span className={css.name} title={field}>
        {field}
      </span>
      <span className={css.value} title={value}>
        {value}
      </span>
      <span className={css.actions}>
        <button
          type="button"
          aria-label={t('logs.onlyOf', about)}
          onClick={() => onNarrow(field, value, 'only')}
        >
          {t('logs.only')}
        </button>
        <button
          type="button"
          aria-label={t('logs.notOf', about)}
          onClick={() => onNarrow(field, value, 'not')}
        >
          {t('logs.not')}
        </button>
        <button type="button" aria-label={t('logs.copyOf', about)} onClick={() => copy(value)}>
          {t(`copy.${copied}`)}
        </button>
      </span>
    </div>
  );
}
