import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { cancelQuery, fetchQueries, type RunningQuery } from '../../../api/queries';
import { AnswerState } from '../../../app/AnswerState';
import { Button } from '../../../ui/Button';
import { Empty } from '../../../ui/Empty';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { bytes, count } from '../../../ui/quantity';
import { Section } from '../../../ui/Section';
import { TableHead } from '../../../ui/TableHead';
import { toast } from '../../../ui/toast';
import { useDurationText } from '../../../ui/useDurationText';
import css from './RunningQueries.module.css';

const queryKey = ['running queries'];

/** What is being searched now, by whom, how far it is, and a way to end it. */
export function RunningQueries() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const answer = useQuery({
    queryKey,
    queryFn: ({ signal }) => fetchQueries(signal),
    refetchInterval: 2000,
    staleTime: 0,
  });
  const { data } = answer;
  const cancel = useMutation({
    mutationFn: cancelQuery,
    onSuccess: () => toast(t('system.queries.cancelled')),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
  return (
    <Section title={t('system.queries.title')} note={t('system.queries.note')}>
      <AnswerState answer={answer} failed={t('system.queries.failed')} />
      {cancel.error && <ErrorNotice error={cancel.error} />}
      {data?.length === 0 && (
        <Empty title={t('system.queries.none')} why={t('system.queries.why')} />
      )}
      {data && data.length > 0 && (
        <table>
          <TableHead
            columns={[
              [t('system.queries.query')],
              [t('system.queries.kind'), 'wide'],
              [t('system.queries.peer'), 'wide'],
              [t('system.queries.time'), 'number'],
              [t('system.queries.segments'), 'number', 'wider'],
              [t('system.queries.rows'), 'number', 'wider'],
              [t('system.queries.read'), 'number', 'wide'],
              [t('system.queries.state')],
            ]}
          />
          <tbody>
            {data.map((query) => (
              <QueryRow key={query.id} query={query} onCancel={() => cancel.mutate(query.id)} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function QueryRow({ query, onCancel }: { query: RunningQuery; onCancel: () => void }) {
  const { t } = useTranslation();
  const durationText = useDurationText();
  return (
    <tr>
      <th scope="row" data-long="" className={css.query} title={query.query} translate="no">
        <code>{query.query}</code>
      </th>
      <td data-wide="">{t(`system.queries.kinds.${query.kind}`)}</td>
      <td data-wide="" data-dim="" translate="no">
        {query.peer}
      </td>
      <td data-number="">{durationText(query.elapsed_ms)}</td>
      <td data-number="" data-wider="">
        {count(query.segments_done)} / {count(query.segments_total)}
      </td>
      <td data-number="" data-wider="">
        {count(query.rows)}
      </td>
      <td data-number="" data-wide="">
        {bytes(query.bytes_read)}
      </td>
      <td>
        {query.state === 'running' ? (
          <Button
            size="small"
            aria-label={t('system.queries.cancelOne', { query: query.query })}
            onClick={onCancel}
          >
            {t('system.queries.cancel')}
          </Button>
        ) : (
          t(`system.queries.states.${query.state}`)
        )}
      </td>
    </tr>
  );
}
