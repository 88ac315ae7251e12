import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../ui/Icon';
import type { Completer } from '../query/complete';
import css from './Builder.module.css';
import { Floating } from './Floating';
import { type BuilderTerm, type Condition, isCondition } from './model';
import { TermEditor } from './TermEditor';

interface TermChipProps {
  term: BuilderTerm;
  completer: Completer;
  onChange: (condition: Condition) => void;
  onDrop: () => void;
  onOr: () => void;
}

/** One condition: a click changes it, the cross takes it away. */
export function TermChip({ term, completer, onChange, onDrop, onOr }: TermChipProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const words = useTermWords();
  const name = words(term);
  return (
    <span className={css.chip} data-not={(isCondition(term) && term.not) || undefined}>
      {isCondition(term) ? (
        <Floating
          opened={opened}
          onChange={setOpened}
          label={name}
          target={
            <button type="button" className={css.words} onClick={() => setOpened(!opened)}>
              {name}
            </button>
          }
        >
          <TermEditor
            condition={term}
            completer={completer}
            onDone={(condition) => {
              setOpened(false);
              onChange(condition);
            }}
            onDrop={onDrop}
            onOr={() => {
              setOpened(false);
              onOr();
            }}
          />
        </Floating>
      ) : (
        <code className={css.words} title={t('logs.builder.written')}>
          {name}
        </code>
      )}
      <button
        type="button"
        className={css.cross}
        aria-label={t('logs.builder.dropOf', { term: name })}
        onClick={onDrop}
      >
        <Icon name="close" size={11} />
      </button>
    </span>
  );
}

/** Words a term as a short sentence: "service.name is sshd". */
function useTermWords(): (term: BuilderTerm) => string {
  const { t } = useTranslation();
  return (term) => {
    if (!isCondition(term)) return term.written;
    const { field, operator, value, not } = term;
    const said = t(`logs.builder.said.${operator}`, {
      field: field === '_msg' ? t('logs.builder.message') : field,
      value: value.length > 60 ? `${value.slice(0, 60)}…` : value,
    });
    return not ? t('logs.builder.notSaid', { said }) : said;
  };
}
