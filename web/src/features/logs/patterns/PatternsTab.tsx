import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pattern } from '../../../api/patterns';
import type { Selection } from '../../../api/select';
import { useTime } from '../../../app/TimeProvider';
import { fixedRange } from '../../../time/range';
import { Button } from '../../../ui/Button';
import { Empty } from '../../../ui/Empty';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { useKeys } from '../../../ui/keys';
import { count } from '../../../ui/quantity';
import { Segmented } from '../../../ui/Segmented';
import { withTerm } from '../query/edit';
import type { QueryLineHandle } from '../query/QueryLine';
import { type LogsSearch, patternStates } from '../search';
import css from './Patterns.module.css';
import { PatternsAsk } from './PatternsAsk';
import { PatternTable } from './PatternTable';
import { choiceText, priorOf } from './patterns';
import type { PatternsAnswer } from './usePatterns';

interface PatternsTabProps {
  answer: PatternsAnswer;
  /** The lines that are grouped. */
  selection: Selection;
}

/** Which events the lines tell of, the most surprising first; each opens to what its variables hold. */
export function PatternsTab({ answer, selection }: PatternsTabProps) {
  const { t } = useTranslation();
  const { q = '', pattern: opened, state } = useSearch({ from: '/logs' });
  const { refresh } = useTime();
  const navigate = useNavigate();
  const line = useRef<QueryLineHandle>(null);
  const { data, old, error } = answer;

  const change = (search: Partial<LogsSearch>, replace = false) =>
    void navigate({
      to: '/logs',
      replace,
      search: (before) => ({ ...before, ...search }) as LogsSearch,
    });
  const close = () => change({ pattern: undefined }, true);
  useKeys({
    '/': () => line.current?.focus(),
    escape: () => (opened ? close() : false),
  });
  const run = (next: string) => {
    const text = next.trim() === '*' ? '' : next.trim();
    if (text === q) refresh();
    else change({ q: text || undefined, pattern: undefined });
  };
  const linesOf = (pattern: Pattern) =>
    pattern.state === 'silent' && data ? priorOf(data, selection.query) : selection;
  const show = (pattern: Pattern) =>
    change({
      ...(pattern.state === 'silent' && fixedRange(linesOf(pattern))),
      q: withTerm(q, '_pattern', pattern.id, 'only'),
      section: undefined,
      pattern: undefined,
      state: undefined,
    });

  const all = data?.patterns ?? [];
  const rows = state ? all.filter((one) => one.state === state) : all;
  return (
    <section className={css.page} aria-label={t('patterns.title')}>
      <PatternsAsk ref={line} query={q} answer={answer} onRun={run}>
        <Segmented
          label={t('patterns.filter')}
          value={state ?? 'all'}
          options={(['all', ...patternStates] as const).map((value) => ({
            value,
            label: choiceText(t(`patterns.state.${value}`), data, value),
          }))}
          onChange={(value) => change({ state: value === 'all' ? undefined : value })}
        />
      </PatternsAsk>
      <div className={css.scroller} data-old={old || undefined}>
        {error !== null && !data && (
          <ErrorNotice
            error={error}
            title={t('patterns.failed')}
            stillWorks={t('patterns.stillWorks')}
            onRetry={answer.again}
          />
        )}
        {rows.length > 0 && (
          <PatternTable
            patterns={rows}
            opened={opened}
            linesOf={linesOf}
            onToggle={({ id }) => (id === opened ? close() : change({ pattern: id }, true))}
            onShow={show}
            onLeaveOut={({ id }) => run(withTerm(q, '_pattern', id, 'not'))}
          />
        )}
        {data && data.total > all.length && !state && (
          <p className={css.end}>{t('patterns.tooMany', { n: count(all.length) })}</p>
        )}
        {data && all.length === 0 && (
          <Empty title={t('patterns.none')} why={t('patterns.noneWhy')} />
        )}
        {all.length > 0 && rows.length === 0 && (
          <Empty title={t('patterns.noneOf')}>
            <Button size="small" onClick={() => change({ state: undefined })}>
              {t('patterns.showAll')}
            </Button>
          </Empty>
        )}
      </div>
    </section>
  );
}
