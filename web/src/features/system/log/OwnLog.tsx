import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { queryRows, type Row } from '../../../api/rows';
import { AnswerState } from '../../../app/AnswerState';
import { keepGlobal } from '../../../app/search';
import { useTime } from '../../../app/TimeProvider';
import { dayClock } from '../../../time/clock';
import { Empty } from '../../../ui/Empty';
import { Section } from '../../../ui/Section';
import css from './OwnLog.module.css';

const limit = 100;
const lookBack = 24 * 3600_000;

async function lastRows(query: string, signal: AbortSignal): Promise<Row[]> {
  const end = Date.now() + 60_000;
  const rows: Row[] = [];
  for await (const piece of queryRows({ query, start: end - lookBack, end, limit }, signal)) {
    if ('rows' in piece) rows.push(...piece.rows);
  }
  return rows;
}

/** What Haetae says about itself: the newest records of a day. */
export function OwnLog({ query }: { query: string }) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const answer = useQuery({
    queryKey: ['own log', query],
    queryFn: ({ signal }) => lastRows(query, signal),
    refetchInterval: 5000,
    staleTime: 0,
    placeholderData: keepPreviousData,
  });
  const { data } = answer;
  return (
    <Section
      title={t('system.log.title')}
      note={t('system.log.note', { n: limit })}
      end={
        <Link to="/logs" search={(old) => ({ ...keepGlobal(old), q: query })} className={css.link}>
          {t('system.log.open')}
        </Link>
      }
    >
      <AnswerState answer={answer} failed={t('system.log.failed')} />
      {data?.length === 0 && <Empty title={t('system.log.empty')} why={t('system.log.why')} />}
      {data && data.length > 0 && (
        <table>
          <tbody>
            {data.map((row, i) => (
              <tr key={row._record_id ?? i} data-severity={row._severity}>
                <td className={css.mono} data-dim="">
                  {row._time ? dayClock(Date.parse(row._time), zone, 'second') : ''}
                </td>
                <td className={css.severity}>{row._severity}</td>
                <td className={css.mono} data-wide="" data-dim="">
                  {row.component}
                </td>
                <td className={css.message}>
                  {row._msg}
                  {row.error && <span data-dim=""> {row.error}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
