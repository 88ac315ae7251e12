import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useCopy } from '../../ui/clipboard';
import css from './FieldRow.module.css';
import { prettyJson, type ValueType, valueType } from './fieldType';
import { termAttributes } from './terms';

/** What can be done with a field of an opened row. */
export interface FieldRowActions {
  onNarrow: (field: string, value: string, mode: 'only' | 'not') => void;
  onColumn: (field: string) => void;
  onStats: (field: string) => void;
}

interface FieldRowProps extends FieldRowActions {
  field: string;
  value: string;
  /** The field has a column of its own. */
  isColumn: boolean;
}

/** Marks that tell the type of a value where the eye looks for it; text has none. */
const typeMarks: Partial<Record<ValueType, string>> = {
  number: '#',
  duration: 'Δ',
  address: '@',
  boolean: '?',
  time: 'T',
  json: '{}',
};

/** A field of an opened row. What can be done with it shows on hover and focus, which a tap or click gives too. */
export function FieldRow(props: FieldRowProps) {
  const { field, value, isColumn, onNarrow, onColumn, onStats } = props;
  const { t } = useTranslation();
  const [copied, copy] = useCopy();
  const about = { field, value };
  const type = valueType(value);
  const json = type === 'json' ? prettyJson(value) : null;
  return (
    <div
      className={css.field}
      tabIndex={-1}
      data-type={type}
      data-block={json !== null || undefined}
      {...termAttributes(about)}
    >
      <span className={css.name} title={field}>
        {field}
      </span>
      <span className={css.type} title={t(`logs.field.type.${type}`)}>
        {typeMarks[type]}
      </span>
      <span className={css.value} title={json ? undefined : value}>
        {json ?? value}
      </span>
      <span className={css.actions}>
        <Action label={t('logs.onlyOf', about)} onClick={() => onNarrow(field, value, 'only')}>
          {t('logs.only')}
        </Action>
        <Action label={t('logs.notOf', about)} onClick={() => onNarrow(field, value, 'not')}>
          {t('logs.not')}
        </Action>
        <Action
          label={t(isColumn ? 'logs.row.removeColumnOf' : 'logs.row.columnOf', about)}
          onClick={() => onColumn(field)}
        >
          {t(isColumn ? 'logs.row.removeColumn' : 'logs.row.column')}
        </Action>
        <Action label={t('logs.row.topOf', about)} onClick={() => onStats(field)}>
          {t('logs.row.top')}
        </Action>
        <Action label={t('logs.copyOf', about)} onClick={() => copy(value)}>
          {t(`copy.${copied}`)}
        </Action>
      </span>
    </div>
  );
}

interface ActionProps {
  /** Says what is done with what; the text beside the others is short. */
  label: string;
  onClick: () => void;
  children: ReactNode;
}

function Action({ label, onClick, children }: ActionProps) {
  return (
    <button type="button" aria-label={label} onClick={onClick}>
      {children}
    </button>
  );
}
