import { type ReactNode, type Ref, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../../../api/problem';
import { useTime } from '../../../app/TimeProvider';
import { Button } from '../../../ui/Button';
import { bytes, count } from '../../../ui/quantity';
import { StateMark } from '../../../ui/StateMark';
import { rememberQuery } from '../history/history';
import { QueryProblem } from '../QueryProblem';
import { indexOfByte, splitPipes } from '../query/edit';
import { QueryLine, type QueryLineHandle } from '../query/QueryLine';
import { useDraft } from '../query/useDraft';
import { useCompleter } from '../useCompleter';
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
  const { window } = useTime();
  const completer = useCompleter(window);
  const { text, setText, problem: drafted, recall } = useDraft(query);
  useEffect(() => rememberQuery(query, Date.now()), [query]);

  const { data, error, asking } = answer;
  const run = text === query;
  const { filter, pipes } = splitPipes(query);
  const asked = error === null ? undefined : asProblem(error);
  const shown = run ? asked : (drafted ?? undefined);
  const position = shown?.position;
  const wrong = useMemo(
    () =>
      position
        ? { start: indexOfByte(text, position.start), end: indexOfByte(text, position.end) }
        : null,
    [text, position],
  );
  // What is wrong at the end of unfinished text may just not be written yet.
  const unfinished = !run && wrong !== null && wrong.end >= text.trimEnd().length;
  return (
    <>
      <div className={css.bar}>
        <QueryLine
          ref={ref}
          text={text}
          wrong={unfinished ? null : wrong}
          completer={completer}
          onChange={setText}
          onRun={onRun}
          onCancel={() => {
            if (asking) answer.cancel();
            return asking;
          }}
          onRecall={recall}
        />
        {children}
      </div>
      {run && pipes && (
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
      {shown && wrong && !unfinished ? (
        <QueryProblem
          problem={shown}
          query={text}
          wrong={wrong}
          typing={!run}
          keepsOld={data !== undefined}
          onUse={run ? onRun : setText}
          onRetry={answer.again}
        />
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
