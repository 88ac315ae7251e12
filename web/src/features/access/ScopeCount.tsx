import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { checkStreamFilter } from '../../api/client';
import { fetchTable } from '../../api/select';
import { useTime } from '../../app/TimeProvider';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { count } from '../../ui/quantity';
import { useDebounced } from '../../ui/useDebounced';
import css from './Form.module.css';

const hour = 3_600_000; // ms
const pause = 400; // ms without a key until it is asked

interface ScopeCountProps {
  /** Filter of the records. */
  query: string;
  /** The stream filter in it as it is typed, which may not be one yet. */
  stream?: string;
}

/** How many records and streams of the last hour a filter has, asked of the records themselves; or what is wrong with it. */
export function ScopeCount({ query, stream = '' }: ScopeCountProps) {
  const { t } = useTranslation();
  const { now } = useTime();
  const settled = useDebounced(query, pause);
  const filter = useDebounced(stream, pause);
  const { data, error } = useQuery({
    queryKey: ['scope count', settled, filter, now],
    queryFn: async ({ signal }) => {
      // Within a query more can stand than a team may be bounded to, and a mistake would be told of the whole.
      if (filter) await checkStreamFilter(filter, signal);
      const pipes = 'stats count() as rows, count_uniq(_stream_id) as streams';
      const selection = { query: `${settled} | ${pipes}`, start: now - hour, end: now };
      const [row] = await fetchTable(selection, 1, signal);
      return { rows: Number(row?.rows ?? 0), streams: Number(row?.streams ?? 0) };
    },
    placeholderData: (before) => before,
  });
  if (error) return <ErrorNotice error={error} />;
  if (!data) return <p className={css.hint}>{t('access.grant.counting')}</p>;
  const { rows, streams } = data;
  return (
    <p className={css.sum} role="status" data-state={rows === 0 ? 'warn' : undefined}>
      {rows === 0
        ? t('access.grant.matchesNothing')
        : t('access.grant.matches', {
            rows: count(rows),
            streams: t('access.grant.streams', { count: streams, n: count(streams) }),
          })}{' '}
      <Link to="/logs" search={({ tz }) => ({ tz, q: query })} className={css.link}>
        {t('access.grant.look')}
      </Link>
    </p>
  );
}
