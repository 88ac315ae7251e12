import type { ReactNode, Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../../../api/problem';
import { Button } from '../../../ui/Button';
import { bytes, count } from '../../../ui/quantity';
import { StateMark } from '../../../ui/StateMark';
import { CutShort } from '../CutShort';
import { QueryProblem } from '../QueryProblem';
import { splitPipes } from '../query/edit';
import { QueryLine, type QueryLineHandle } from '../query/QueryLine';
import { useQueryText } from '../query/useQueryText';
import css from './PatternsAsk.module.css';
import type { PatternsAnswer } from './usePatterns';

interface PatternsAskProps {
  query: string;
  answer: PatternsAnswer;
  onRun: (query: string) => void;
  ref: Ref<QueryLineHandle>;
  /** Beside the query line. */
  children: ReactNode;
}

/** Where lines are chosen, and under it what was found among them, what that cost, or what is wrong. */
export function PatternsAsk({ query, answer, onRun, ref, children }: PatternsAskProps) {
  const { t } = useTranslation();
  const { data, error, asking } = answer;
  const problem = error === null ? undefined : asProblem(error);
  const { line, said } = useQueryText(query, problem, onRun);
  const { filter, pipes } = splitPipes(query);
  return (
    <>
      <div className={css.bar}>
        <QueryLine
          ref={ref}
          {...line}
          onRun={onRun}
          onCancel={() => {
            if (asking) answer.cancel();
            return asking;
          }}
        />
        {children}
      </div>
      {line.text === query && pipes && (
        <div className={css.leftOut} role="status">
          <StateMark health="warn" />
          <span>
            {t('patterns.pipes')} <code translate="no">{pipes}</code>
          </span>
          <Button size="small" look="link" onClick={() => onRun(filter)}>
            {t('patterns.takeAway')}
          </Button>
        </div>
      )}
      {/* Without an earlier answer there is room to say below what failed, when it is not the query. */}
      {said && (said.wrong || data) ? (
        <QueryProblem {...said} keepsOld={data !== undefined} onRetry={answer.again} />
      ) : (
        <div className={css.cost} role="status">
          {data && (
            <span>
              {t('patterns.found', {
                lines: t('patterns.lines', { count: data.lines, n: count(data.lines) }),
                patterns: t('patterns.patterns', { count: data.total, n: count(data.total) }),
              })}
            </span>
          )}
          {data?.stats.partial && (
            <CutShort
              title={t('logs.cost.partial')}
              reason={data.stats.partial_reason}
              onRetry={answer.again}
            />
          )}
          {asking ? (
            <span className={css.asking}>
              {t('patterns.asking')}
              <Button size="small" onClick={answer.cancel}>
                {t('patterns.cancel')}
              </Button>
            </span>
          ) : (
            data && (
              <>
                <span>
                  {t('patterns.blocks', {
                    count: data.stats.blocks_total,
                    read: count(data.stats.blocks_read),
                    total: count(data.stats.blocks_total),
                  })}
                </span>
                <span>{t('unit.ms', { n: count(data.stats.duration_ms) })}</span>
                <span>{bytes(data.stats.bytes_read)}</span>
                <span className={css.order}>{t('patterns.sorted')}</span>
              </>
            )
          )}
        </div>
      )}
    </>
  );
}
