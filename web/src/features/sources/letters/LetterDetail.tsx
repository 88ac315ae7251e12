import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { queryRows, type Row } from '../../../api/rows';
import { Empty } from '../../../ui/Empty';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { SidePanel } from '../../../ui/SidePanel';
import { useSourcesSearch } from '../useSourcesSearch';
import css from './Letters.module.css';

/** One dead letter whole, beside the list. The address is its time and id: `TIME/ID`. */
export function LetterDetail({ address }: { address: string }) {
  const { t } = useTranslation();
  const [, change] = useSourcesSearch();
  const { data, error } = useQuery({
    queryKey: ['letter', address],
    queryFn: ({ signal }) => fetchLetter(address, signal),
  });
  const fields = Object.entries(data ?? {}).filter(([name]) => name !== '_msg');
  return (
    <SidePanel
      title={t('sources.letters.one')}
      onClose={() => change({ letter: undefined })}
      foot={
        data?._msg && (
          <Link
            to="/sources"
            search={({ from, to, tz }) => ({ from, to, tz, tab: 'try', line: data._msg })}
            className={css.link}
          >
            {t('sources.letters.try')}
          </Link>
        )
      }
    >
      {error && <ErrorNotice error={error} title={t('sources.letters.failed')} />}
      {data === null && <Empty title={t('sources.letters.gone')} />}
      {data && (
        <div className={css.detail}>
          <pre translate="no">{data._msg}</pre>
          <dl>
            {fields.map(([name, value]) => (
              <div key={name}>
                <dt translate="no">{name}</dt>
                <dd translate="no">{value}</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </SidePanel>
  );
}

async function fetchLetter(address: string, signal: AbortSignal): Promise<Row | null> {
  const cut = address.indexOf('/');
  const time = Date.parse(address.slice(0, cut));
  const query = `_dataset:deadletter _record_id:=${JSON.stringify(address.slice(cut + 1))}`;
  const request = { query, start: time - 1, end: time + 1000, limit: 1 };
  for await (const piece of queryRows(request, signal)) {
    if ('rows' in piece && piece.rows[0]) return piece.rows[0];
  }
  return null;
}
