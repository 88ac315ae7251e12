import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Explanation, explainQuery } from '../../../api/explain';
import { useTime } from '../../../app/TimeProvider';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { bytes, count } from '../../../ui/quantity';
import { SidePanel } from '../../../ui/SidePanel';
import { splitPipes } from '../query/edit';
import { pageSize } from '../rowStore';
import css from './ExplainPanel.module.css';
import { ExplainSteps } from './ExplainSteps';

/** How the server answers the query of the page: what it ruled out by what, what it read, and who decided on the rest. */
export function ExplainPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const q = useSearch({ from: '/logs' }).q || '*';
  const { window } = useTime();
  // The list asks for a page of lines; what pipes make is asked for as a whole.
  const limit = splitPipes(q).pipes === '' ? pageSize : 0;
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['explain', q, window.start, window.end, limit],
    queryFn: ({ signal }) => explainQuery({ query: q, ...window }, limit, signal),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 60_000,
  });
  return (
    <SidePanel title={t('logs.explain.title')} onClose={onClose}>
      <div className={css.body} data-old={isPlaceholderData || undefined}>
        {error ? (
          <ErrorNotice
            error={error}
            title={t('logs.explain.failed')}
            onRetry={() => void refetch()}
          />
        ) : (
          data && <Parts explanation={data} />
        )}
      </div>
    </SidePanel>
  );
}

function Parts({ explanation }: { explanation: Explanation }) {
  const { t } = useTranslation();
  const { query, search, stats } = explanation;
  const steps = explanation.steps ?? [];
  const answers = explanation.answers ?? [];
  const reads = explanation.reads ?? [];
  const pipes = explanation.pipes ?? [];
  const most = Math.max(1, ...reads.map((read) => read.bytes));
  return (
    <>
      <code className={css.query} translate="no">
        {query}
      </code>
      <p role="status">
        {t('logs.explain.sum', {
          count: steps[0]?.rows ?? 0,
          rows: count(steps[0]?.rows ?? 0),
          left: count(steps.at(-1)?.rows ?? 0),
          read: bytes(stats.bytes_read),
          ms: count(stats.duration_ms),
        })}
        {search.order && search.limit !== undefined && (
          <> {t(`logs.explain.order.${search.order}`, { n: count(search.limit) })}</>
        )}
      </p>
      <section aria-label={t('logs.explain.steps')}>
        <h3>{t('logs.explain.steps')}</h3>
        <ExplainSteps steps={steps} />
      </section>
      {answers.length > 0 && (
        <section aria-label={t('logs.explain.answers')}>
          <h3>{t('logs.explain.answers')}</h3>
          <ul className={css.rows}>
            {answers.map(({ by, format, rows }) => (
              <li key={`${by} ${format ?? ''}`}>
                <span>
                  {t(`logs.explain.answer.${by}`)} {format && <code>{format}</code>}
                </span>
                <b>{t('logs.explain.rows', { count: rows, n: count(rows) })}</b>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-label={t('logs.explain.reads')}>
        <h3>{t('logs.explain.reads')}</h3>
        {reads.length === 0 && <p className={css.note}>{t('logs.explain.noReads')}</p>}
        <ul className={css.rows}>
          {reads.map(({ column, bytes: size, cached }) => (
            <li key={column}>
              <i style={{ width: `${(size / most) * 100}%` }} />
              <code translate="no">{column}</code>
              {cached > 0 && (
                <small>{t('logs.explain.cached', { count: cached, n: count(cached) })}</small>
              )}
              <b>{bytes(size)}</b>
            </li>
          ))}
        </ul>
      </section>
      {pipes.length > 0 && (
        <section aria-label={t('logs.explain.pipes')}>
          <h3>{t('logs.explain.pipes')}</h3>
          <ol className={css.rows}>
            {pipes.map(({ text, repeats }) => (
              <li key={text}>
                <code translate="no">{text}</code>
                {repeats && <small>{t('logs.explain.repeats')}</small>}
              </li>
            ))}
          </ol>
        </section>
      )}
    </>
  );
}
