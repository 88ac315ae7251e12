import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/Button';
import type { Completer } from '../query/complete';
import { type Condition, type Operator, operators, takesValue } from './model';
import { PickList } from './PickList';
import css from './TermEditor.module.css';
import { useFieldOptions, useValueOptions } from './usePickOptions';

interface TermEditorProps {
  /** The condition to change; without it a new one is made, its field first. */
  condition?: Condition;
  completer: Completer;
  onDone: (condition: Condition) => void;
  /** Takes the condition away. */
  onDrop?: () => void;
  /** Begins an alternative to the condition. */
  onOr?: () => void;
}

/** Makes or changes one condition: which field, how it compares, with what. The choice of a value ends it. */
export function TermEditor({ condition, completer, onDone, onDrop, onOr }: TermEditorProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Condition | null>(condition ?? null);
  const [text, setText] = useState(condition?.value ?? '');
  const [searched, setSearched] = useState('');
  const fields = useFieldOptions(completer);
  const values = useValueOptions(completer, draft?.field ?? '', searched);

  if (!draft) {
    return (
      <PickList
        label={t('logs.builder.field')}
        options={fields}
        free={(name) => name}
        text={text}
        onText={setText}
        onPick={(field) => {
          setText('');
          setDraft({ field, operator: field === '_msg' ? 'has' : 'is', value: '', not: false });
        }}
      />
    );
  }
  const change = (next: Condition) => {
    setDraft(next);
    // What is already whole takes effect at once.
    if (!takesValue(next.operator)) onDone({ ...next, value: '' });
    else if (condition && next.value !== '') onDone(next);
  };
  const message = draft.field === '_msg';
  const offered = operators.filter((operator) => !message || inMessage.has(operator));
  return (
    <div>
      <div className={css.head}>
        <b className={css.field}>{message ? t('logs.builder.message') : draft.field}</b>
        <label className={css.not}>
          <input
            type="checkbox"
            checked={draft.not}
            onChange={(event) => change({ ...draft, not: event.target.checked })}
          />
          {t('logs.builder.not')}
        </label>
        <select
          className={css.operator}
          aria-label={t('logs.builder.operator')}
          value={draft.operator}
          onChange={(event) => change({ ...draft, operator: event.target.value as Operator })}
        >
          {offered.map((operator) => (
            <option key={operator} value={operator}>
              {t(`logs.builder.operators.${operator}`)}
            </option>
          ))}
        </select>
      </div>
      {takesValue(draft.operator) && (
        <PickList
          label={t('logs.builder.value')}
          options={values}
          free={(value) => t('logs.builder.use', { value })}
          text={text}
          onText={(next) => {
            setText(next);
            setSearched(next);
          }}
          onPick={(value) => onDone({ ...draft, value })}
        />
      )}
      {(onDrop || onOr) && (
        <div className={css.foot}>
          {onOr && (
            <Button size="small" onClick={onOr}>
              {t('logs.builder.or')}
            </Button>
          )}
          {onDrop && (
            <Button size="small" onClick={onDrop}>
              {t('logs.builder.drop')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

const inMessage = new Set<Operator>(['has', 'is', 'starts', 'pattern']);
