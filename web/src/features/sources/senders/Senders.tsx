import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnection } from '../../../app/connection';
import { Button } from '../../../ui/Button';
import { Empty } from '../../../ui/Empty';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { useKeys } from '../../../ui/keys';
import { count } from '../../../ui/quantity';
import { stepRow } from '../../../ui/rows';
import { recipes } from '../recipes/recipes';
import { useSourcesSearch } from '../useSourcesSearch';
import { SenderFilters } from './SenderFilters';
import { SenderRow } from './SenderRow';
import css from './Senders.module.css';
import { choose, sourceKey, worstFirst } from './senders';
import { Totals } from './Totals';
import { useSources } from './useSources';

const columns = [
  ['name', ''],
  ['input', css.wide],
  ['listen', css.wider],
  ['rate', `${css.wide} ${css.number}`],
  ['hour', css.spark],
  ['bytes', `${css.wide} ${css.number}`],
  ['lag', `${css.wider} ${css.number}`],
  ['seen', css.number],
  ['rejected', css.number],
] as const;
// So many rows are drawn at first, and with each "more".
const page = 200;

/** Everybody who sends, worst first. */
export function Senders() {
  const { t } = useTranslation();
  const [search, change] = useSourcesSearch();
  const { data, error, dataUpdatedAt, refetch } = useSources();
  const { status } = useConnection();
  const [shown, setShown] = useState(page);
  const finder = useRef<HTMLInputElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  useKeys({
    '/': () => finder.current?.focus(),
    j: () => stepRow(body.current, 1),
    k: () => stepRow(body.current, -1),
  });

  if (!data) {
    if (!error) return null;
    return (
      <ErrorNotice
        error={error}
        title={t('sources.failed')}
        stillWorks={t('sources.stillWorks')}
        onRetry={() => void refetch()}
      />
    );
  }
  const now = status ? Date.parse(status.now) : dataUpdatedAt;
  const rows = worstFirst(choose(data.sources, search));
  const add = () => change({ add: recipes[0]?.id });
  return (
    <>
      <Totals {...data} />
      {data.sources.length === 0 ? (
        <Empty title={t('sources.empty.title')} why={t('sources.empty.why')}>
          <Button onClick={add}>{t('sources.add.button')}</Button>
        </Empty>
      ) : (
        <>
          <SenderFilters sources={data.sources} finder={finder} />
          <div className={css.scroller}>
            <table className={css.table} aria-label={t('sources.tabs.senders')}>
              <thead>
                <tr>
                  <th className={css.mark}>
                    <span className={css.hidden}>{t('sources.table.state')}</span>
                  </th>
                  {columns.map(([id, look]) => (
                    <th key={id} scope="col" className={look}>
                      {t(`sources.table.${id}`)}
                    </th>
                  ))}
                  <th className={css.go}>
                    <span className={css.hidden}>{t('sources.table.logs')}</span>
                  </th>
                </tr>
              </thead>
              <tbody ref={body}>
                {rows.slice(0, shown).map((source) => (
                  <SenderRow
                    key={sourceKey(source)}
                    source={source}
                    now={now}
                    open={sourceKey(source) === search.source}
                  />
                ))}
              </tbody>
            </table>
            {rows.length === 0 && (
              <Empty title={t('sources.none.title')}>
                <Button
                  size="small"
                  onClick={() => change({ show: undefined, input: undefined, find: undefined })}
                >
                  {t('sources.none.all')}
                </Button>
              </Empty>
            )}
            {rows.length > shown && (
              <Button look="link" onClick={() => setShown(shown + page)}>
                {t('sources.more', { n: count(Math.min(page, rows.length - shown)) })}
              </Button>
            )}
          </div>
        </>
      )}
    </>
  );
}
