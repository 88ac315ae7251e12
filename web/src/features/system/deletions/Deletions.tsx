import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { cancelDeletion, fetchDeletions } from '../../../api/deletions';
import { AnswerState } from '../../../app/AnswerState';
import { useMe } from '../../../app/me';
import { Button } from '../../../ui/Button';
import { Empty } from '../../../ui/Empty';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { Section } from '../../../ui/Section';
import { TableHead } from '../../../ui/TableHead';
import { toast } from '../../../ui/toast';
import { useSystemSearch } from '../useSystemSearch';
import { DeletionRow } from './DeletionRow';
import { deletionsKey } from './deletionsKey';

/** What was deleted by query: by whom and why, how far it is, and what the queue still holds of it. */
export function Deletions() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [, change] = useSystemSearch();
  const { may } = useMe();
  const answer = useQuery({
    queryKey: deletionsKey,
    queryFn: ({ signal }) => fetchDeletions(signal),
    refetchInterval: 2000,
    staleTime: 0,
  });
  const { data } = answer;
  const cancel = useMutation({
    mutationFn: cancelDeletion,
    onSuccess: () => toast(t('system.deletions.cancelled')),
    onSettled: () => queries.invalidateQueries({ queryKey: deletionsKey }),
  });
  return (
    <Section
      title={t('system.deletions.title')}
      note={t('system.deletions.note')}
      end={
        may('delete') && (
          <Button size="small" onClick={() => change({ erase: true })}>
            {t('system.deletions.begin')}
          </Button>
        )
      }
    >
      <AnswerState answer={answer} failed={t('system.deletions.unread')} />
      {cancel.error && <ErrorNotice error={cancel.error} />}
      {data?.length === 0 && (
        <Empty title={t('system.deletions.none')} why={t('system.deletions.why')} />
      )}
      {data && data.length > 0 && (
        <table>
          <TableHead
            columns={[
              [t('system.deletions.query')],
              [t('system.deletions.asked'), 'wide'],
              [t('system.deletions.removed'), 'number'],
              [t('system.deletions.queue'), 'wider'],
              [t('system.deletions.state')],
            ]}
          />
          <tbody>
            {data.map((one) => (
              <DeletionRow key={one.id} deletion={one} onCancel={() => cancel.mutate(one.id)} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
