import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { fetchLetterGroups } from '../../../api/letters';
import { AnswerState } from '../../../app/AnswerState';
import { count } from '../../../ui/quantity';
import { Section } from '../../../ui/Section';
import { TableHead } from '../../../ui/TableHead';
import { groupsKey } from './groupsKey';
import { LetterGroupRow } from './LetterGroupRow';
import css from './letters.module.css';

const interval = 10_000; // each answer is a search

/** What could not be processed within a day, by reason, with where the newest came from and a way to replay it. */
export function DeadLetters() {
  const { t } = useTranslation();
  const answer = useQuery({
    queryKey: groupsKey,
    queryFn: ({ signal }) => fetchLetterGroups('24h', signal),
    refetchInterval: interval,
    staleTime: 0,
  });
  const { data } = answer;
  return (
    <Section
      title={t('pipeline.letters.title')}
      note={
        data &&
        data.total > 0 &&
        t('pipeline.letters.note', { count: data.total, n: count(data.total) })
      }
      end={
        <Link
          to="/sources"
          search={({ from, to, tz }) => ({ from, to, tz, tab: 'letters' })}
          className={css.link}
        >
          {t('pipeline.letters.all')}
        </Link>
      }
    >
      <AnswerState answer={answer} failed={t('pipeline.letters.failed')} />
      {data?.partial && <p className={css.none}>{t('pipeline.letters.partial')}</p>}
      {data?.groups.length === 0 && <p className={css.none}>{t('pipeline.letters.none')}</p>}
      {data && data.groups.length > 0 && (
        <table>
          <TableHead
            columns={[
              [t('pipeline.letters.reason')],
              [t('pipeline.letters.source'), 'wide'],
              [t('pipeline.letters.count'), 'number'],
              [t('pipeline.letters.last'), 'number', 'wide'],
              [t('pipeline.letters.replay'), 'number'],
            ]}
          />
          <tbody>
            {data.groups.map((group) => (
              <LetterGroupRow key={group.query} group={group} />
            ))}
          </tbody>
        </table>
      )}
      {data?.more && (
        <p className={css.none}>{t('pipeline.letters.more', { n: count(data.more) })}</p>
      )}
    </Section>
  );
}
