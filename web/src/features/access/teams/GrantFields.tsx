import { useTranslation } from 'react-i18next';
import { IconButton } from '../../../ui/Button';
import { DatasetChoice } from '../DatasetChoice';
import css from '../Form.module.css';
import { ScopeCount } from '../ScopeCount';
import { datasets, queryOf } from '../scope';
import { type DraftGrant, grantsOf } from './grants';

interface GrantFieldsProps {
  grant: DraftGrant;
  /** Which grant this is. */
  name: string;
  onChange: (grant: DraftGrant) => void;
  onRemove: () => void;
}

/** One grant as it is being written, with how much of the last hour it gives. */
export function GrantFields({ grant, name, onChange, onRemove }: GrantFieldsProps) {
  const { t } = useTranslation();
  const [written = {}] = grantsOf([grant]);
  return (
    <fieldset className={css.group}>
      <legend>{name}</legend>
      <DatasetChoice
        legend={t('access.grant.datasets')}
        known={datasets}
        chosen={grant.datasets}
        none={t('access.grant.anyDataset')}
        onChange={(chosen) => onChange({ ...grant, datasets: chosen })}
      />
      <label className={css.field}>
        {t('access.grant.stream')}
        <input
          className={css.mono}
          value={grant.stream}
          placeholder={'{service.name="checkout"}'}
          spellCheck={false}
          autoComplete="off"
          translate="no"
          onChange={({ target }) => onChange({ ...grant, stream: target.value })}
        />
        <span className={css.hint}>{t('access.grant.streamHint')}</span>
      </label>
      <ScopeCount query={queryOf(written)} stream={grant.stream} />
      <div className={css.buttons}>
        <IconButton
          icon="trash"
          look="ghost"
          size="small"
          label={t('access.grant.remove', { name })}
          onClick={onRemove}
        />
      </div>
    </fieldset>
  );
}
