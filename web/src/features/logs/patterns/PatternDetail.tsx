import { useTranslation } from 'react-i18next';
import type { Pattern } from '../../../api/patterns';
import type { Selection } from '../../../api/select';
import { Button } from '../../../ui/Button';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { count } from '../../../ui/quantity';
import { LogText } from '../LogText';
import { withoutCodes } from './terminalCodes';
import { usePatternVars } from './usePatterns';
import css from './Variables.module.css';
import { FieldView, VariableView } from './VariableView';

interface PatternDetailProps {
  pattern: Pattern;
  /** The lines that it is of; those of before when it is silent. */
  lines: Selection;
  onShow: () => void;
  onLeaveOut: () => void;
}

/** What the variables of a pattern hold, one of its lines, and the way to all of them. */
export function PatternDetail({ pattern, lines, onShow, onLeaveOut }: PatternDetailProps) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = usePatternVars(pattern.id, lines);
  const parts = withoutCodes(pattern.parts, pattern.example);
  const silent = pattern.state === 'silent';
  return (
    <div className={css.detail} aria-busy={isPending}>
      <div className={css.grid}>
        {error && (
          <ErrorNotice
            error={error}
            title={t('patterns.varsFailed')}
            onRetry={() => void refetch()}
          />
        )}
        {data?.vars.map((one) => {
          const part = parts.find((part) => part.kind && part.var === one.var);
          return part && <VariableView key={one.var} variable={one} coded={part.coded} />;
        })}
        {data?.fields?.map((one) => (
          <FieldView key={one.name} field={one} />
        ))}
      </div>
      <div className={css.actions}>
        <Button size="small" onClick={onShow}>
          {silent
            ? t('patterns.showBefore', { count: pattern.prior, n: count(pattern.prior) })
            : t('patterns.show', { count: pattern.hits, n: count(pattern.hits) })}
        </Button>
        <Button size="small" onClick={onLeaveOut}>
          {t('patterns.leaveOut')}
        </Button>
      </div>
      <p className={css.example}>
        <span>{t('patterns.example')}</span>{' '}
        <code translate="no">
          <LogText text={pattern.example} />
        </code>
      </p>
      {data?.sampled && (
        <p className={css.said}>
          {t('patterns.sampled', { count: data.rows, n: count(data.rows) })}
        </p>
      )}
    </div>
  );
}
