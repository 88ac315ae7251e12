import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { endOtherSessions, endSession, fetchSessions, type Session } from '../../api/account';
import { AnswerState } from '../../app/AnswerState';
import { leave } from '../../app/leave';
import { useTime } from '../../app/TimeProvider';
import { dayClock } from '../../time/clock';
import { Button } from '../../ui/Button';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Section } from '../../ui/Section';
import { StateMark } from '../../ui/StateMark';
import { TableHead } from '../../ui/TableHead';
import { toast } from '../../ui/toast';
import css from './AccountPage.module.css';
import { clientName } from './clientName';

const queryKey = ['account', 'sessions'];

/** Where one is signed in, and how to end that. */
export function Sessions() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const answer = useQuery({
    queryKey,
    queryFn: ({ signal }) => fetchSessions(signal),
    refetchInterval: 30_000,
    staleTime: 0,
  });
  const end = useMutation({
    mutationFn: (session: Session) => (session.current ? leave() : endSession(session.id)),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
  const endOthers = useMutation({
    mutationFn: endOtherSessions,
    onSuccess: () => toast(t('account.sessions.ended')),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
  // This browser first, then by last use.
  const sessions = [...(answer.data ?? [])].sort(
    (a, b) => Number(b.current) - Number(a.current) || (a.last_used < b.last_used ? 1 : -1),
  );
  return (
    <Section
      title={t('account.sessions.title')}
      end={
        <Button
          size="small"
          disabled={sessions.length < 2 || endOthers.isPending}
          onClick={() => endOthers.mutate()}
        >
          {t('account.sessions.endOthers')}
        </Button>
      }
    >
      <AnswerState answer={answer} failed={t('account.sessions.failed')} />
      {(end.error ?? endOthers.error) && <ErrorNotice error={end.error ?? endOthers.error} />}
      {sessions.length > 0 && (
        <table>
          <TableHead
            columns={[
              [t('account.sessions.browser')],
              [t('account.sessions.address')],
              [t('account.sessions.since'), 'wide'],
              [t('account.sessions.lastUsed'), 'wide'],
              [t('account.sessions.act'), 'number'],
            ]}
          />
          <tbody>
            {sessions.map((session) => (
              <SessionRow key={session.id} session={session} onEnd={() => end.mutate(session)} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function SessionRow({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const { client, address, created, last_used, current } = session;
  const name = clientName(client);
  const at = (time: string) => dayClock(Date.parse(time), zone, 'minute');
  return (
    <tr>
      <th scope="row" title={client}>
        <span className={css.client}>
          {current && <StateMark health="ok" />}
          <span translate="no">{name || t('account.sessions.unknown')}</span>
          {current && <small className={css.here}>{t('account.sessions.here')}</small>}
        </span>
      </th>
      <td translate="no">
        <code>{address}</code>
      </td>
      <td data-wide="" data-dim="">
        <time dateTime={created}>{at(created)}</time>
      </td>
      <td data-wide="" data-dim="">
        <time dateTime={last_used}>{at(last_used)}</time>
      </td>
      <td data-number="">
        <Button
          size="small"
          aria-label={t('account.sessions.end', { name, address })}
          onClick={onEnd}
        >
          {t('account.sessions.act')}
        </Button>
      </td>
    </tr>
  );
}
