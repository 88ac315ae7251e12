import { useTranslation } from 'react-i18next';
import { IconButton } from '../../../ui/Button';
import type { DraftRule } from './draft';
import css from './RetentionEditor.module.css';

interface RuleFieldsProps {
  rule: DraftRule;
  /** Which rule this is. */
  name: string;
  /** The server cannot use it. */
  wrong: boolean;
  onChange: (change: Partial<DraftRule>) => void;
  onRemove: () => void;
}

/** One rule of the retention as it is being written. */
export function RuleFields({ rule, name, wrong, onChange, onRemove }: RuleFieldsProps) {
  const { t } = useTranslation();
  return (
    <fieldset className={css.rule} data-wrong={wrong || undefined}>
      <legend>{name}</legend>
      <label className={css.long}>
        {t('system.retention.filter')}
        <input
          className={css.mono}
          placeholder='{host.name="web"}'
          spellCheck={false}
          value={rule.filter}
          onChange={({ target }) => onChange({ filter: target.value })}
        />
      </label>
      <label>
        {t('system.retention.dataset')}
        <input
          placeholder={t('system.retention.any')}
          spellCheck={false}
          value={rule.dataset}
          onChange={({ target }) => onChange({ dataset: target.value })}
        />
      </label>
      <label>
        {t('system.retention.keep')}
        <input
          spellCheck={false}
          value={rule.retention}
          onChange={({ target }) => onChange({ retention: target.value })}
        />
      </label>
      <IconButton
        icon="trash"
        look="ghost"
        label={t('system.retention.remove', { name })}
        onClick={onRemove}
      />
    </fieldset>
  );
}
