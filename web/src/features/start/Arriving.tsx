import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { queryRows, type Row } from '../../api/rows';
import { useTime } from '../../app/TimeProvider';
import { clock } from '../../time/clock';
import { toRecord } from '../logs/record';
import css from './Arriving.module.css';

const shown = 10;
const lookBack = 3600_000; // ms

/** The newest lines of everything, read again every `interval` ms. */
export function Arriving({ interval }: { interval: number }) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const { data: rows = [], isSuccess } = useQuery({
    queryKey: ['arriving'],
    queryFn: ({ signal }) => newestRows(signal),
    refetchInterval: interval,
  });
  if (rows.length === 0) return isSuccess && <p className={css.none}>{t('start.none')}</p>;
  return (
    <ul className={css.lines} translate="no">
      {rows.map((row, i) => {
        const { id, time, severity, service, host, message } = toRecord(row, String(i));
        return (
          <li key={id} className={css.line} data-severity={severity || undefined}>
            <i />
            <time dateTime={row._time}>{clock(time, zone, 'milli')}</time>
            <span className={css.severity}>{severity.toUpperCase()}</span>
            <span className={css.from}>{service || host}</span>
            <span className={css.message}>{message}</span>
          </li>
        );
      })}
    </ul>
  );
}

async function newestRows(signal: AbortSignal): Promise<Row[]> {
  const end = Date.now();
  const rows: Row[] = [];
  const request = { query: '*', start: end - lookBack, end, limit: shown };
  for await (const piece of queryRows(request, signal))
    if ('rows' in piece) rows.push(...piece.rows);
  return rows;
}
