import { useTranslation } from 'react-i18next';
import type { RuleProblem } from '../../../api/rules';
import { Segmented } from '../../../ui/Segmented';
import { indexOfByte } from '../../logs/query/edit';
import type { Draft } from './draft';
import css from './Rules.module.css';

interface RuleFormProps {
  draft: Draft;
  problems: readonly RuleProblem[];
  onChange: (draft: Draft) => void;
}

const fields = ['if', 'pattern', 'from', 'rename', 'drop'] as const;

/** The parts of a rule, in the order in which they act, each with what is wrong with it. */
export function RuleForm({ draft, problems, onChange }: RuleFormProps) {
  const { t } = useTranslation();
  const keyOf = (field: (typeof fields)[number]) => {
    if (field === 'pattern') return `extract.${draft.kind}`;
    return field === 'from' ? 'extract.from' : field;
  };
  const known = fields.map(keyOf);
  const others = problems.filter(({ key }) => !known.some((one) => key.startsWith(one)));
  return (
    <div className={css.form}>
      {fields.map((field) => {
        const id = `rule-${field}`;
        const problem = problems.find(({ key }) => key.startsWith(keyOf(field)));
        return (
          <div key={field} className={css.field}>
            <label htmlFor={id}>{t(`sources.rule.${field}`)}</label>
            <div>
              {field === 'pattern' && (
                <div translate="no">
                  <Segmented
                    label={t('sources.rule.kind')}
                    size="small"
                    value={draft.kind}
                    options={(['grok', 'regexp'] as const).map((value) => ({
                      value,
                      label: value,
                    }))}
                    onChange={(kind) => onChange({ ...draft, kind })}
                  />
                </div>
              )}
              <input
                id={id}
                className={css.input}
                value={draft[field]}
                placeholder={t(`sources.rule.example.${field}`)}
                spellCheck={false}
                autoComplete="off"
                aria-invalid={problem !== undefined}
                aria-describedby={problem && `${id}-problem`}
                onChange={({ target }) => onChange({ ...draft, [field]: target.value })}
              />
              {problem && (
                <p id={`${id}-problem`} className={css.problem} role="alert">
                  <Wrong text={draft[field]} problem={problem} />
                  {problem.message}
                </p>
              )}
            </div>
          </div>
        );
      })}
      <label className={css.check}>
        <input
          type="checkbox"
          checked={draft.required}
          disabled={draft.pattern === ''}
          onChange={({ target }) => onChange({ ...draft, required: target.checked })}
        />
        {t('sources.rule.required')}
      </label>
      <label className={css.check}>
        <input
          type="checkbox"
          checked={draft.dropRecord}
          onChange={({ target }) => onChange({ ...draft, dropRecord: target.checked })}
        />
        {t('sources.rule.dropRecord')}
      </label>
      {others.map(({ key, message }) => (
        <p key={key + message} className={css.problem} role="alert">
          {message}
        </p>
      ))}
    </div>
  );
}

/** The text of a part with the wrong piece marked. */
function Wrong({ text, problem }: { text: string; problem: RuleProblem }) {
  if (!problem.position) return null;
  const start = indexOfByte(text, problem.position.start);
  const end = Math.max(start + 1, indexOfByte(text, problem.position.end));
  return (
    <code className={css.wrong} translate="no">
      {text.slice(0, start)}
      <mark>{text.slice(start, end) || '…'}</mark>
      {text.slice(end)}
    </code>
  );
}
