import { useTranslation } from 'react-i18next';
import css from './Form.module.css';

interface DatasetChoiceProps {
  legend: string;
  /** Those that can be chosen; others that were chosen before stay in the list. */
  known: readonly string[];
  chosen: readonly string[];
  /** What it means that none is chosen. */
  none: string;
  onChange: (chosen: string[]) => void;
}

/** Which datasets are meant; none chosen means no bound. */
export function DatasetChoice({ legend, known, chosen, none, onChange }: DatasetChoiceProps) {
  const { t } = useTranslation();
  const all = [...new Set([...known, ...chosen])];
  return (
    <fieldset className={css.field}>
      <legend>{legend}</legend>
      <div className={css.choices}>
        {all.map((name) => (
          <label key={name} className={css.check}>
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={({ target }) =>
                onChange(
                  target.checked ? [...chosen, name] : chosen.filter((other) => other !== name),
                )
              }
            />
            <span translate="no">{name}</span>
          </label>
        ))}
      </div>
      <p className={css.hint}>{chosen.length === 0 ? none : t('access.grant.onlyThese')}</p>
    </fieldset>
  );
}
