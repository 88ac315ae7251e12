import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fetchFieldValues, type Selection, type ValueHits } from '../../api/select';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Icon } from '../../ui/Icon';
import { Menu, MenuItem } from '../../ui/Menu';
import { count } from '../../ui/quantity';
import { FacetRange } from './FacetRange';
import css from './Facets.module.css';
import { isNumeric } from './facets';
import { exactTerm, hasTerm } from './query/edit';
import { quoteName } from './query/quote';
import { SeveritySwatch } from './SeveritySwatch';
import { termAttributes } from './terms';

/** What can be done with a field among the facets. */
export interface FacetActions {
  onNarrow: (field: string, value: string, mode: 'only' | 'not') => void;
  onRun: (query: string) => void;
  onStats: (field: string) => void;
  onStack: (field: string) => void;
  onPin: (field: string) => void;
  onHide: (field: string) => void;
}

interface FacetGroupProps extends FacetActions {
  field: string;
  /** Beside the name: how many values, or how many of the records have the field. */
  note: string;
  /** The most frequent values; none are counted beforehand for a field with very many. */
  values: readonly ValueHits[];
  /** There are more values than these. */
  more: boolean;
  numeric: boolean;
  pinned: boolean;
  query: string;
  selection: Selection;
  /** Records that the bars are shares of. */
  total: number;
}

const mostValues = 50;

/** One field with its values and their counts, or with a range when they are numbers; more values are found by a search. */
export function FacetGroup(props: FacetGroupProps) {
  const { field, note, values, more, numeric, pinned, query, selection, total } = props;
  const { onNarrow, onRun, onStats, onStack, onPin, onHide } = props;
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search.trim());
  const found = useQuery({
    queryKey: ['facet values', field, selection, wanted],
    queryFn: ({ signal }) =>
      fetchFieldValues(withText(selection, field, wanted), field, mostValues, signal),
    enabled: opened && !numeric,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
  const ranged =
    numeric || (opened && wanted === '' && isNumeric((found.data ?? []).map(({ value }) => value)));
  const shown = opened ? (found.data ?? values) : values;
  return (
    <section className={css.group} aria-label={field}>
      <h3 className={css.head}>
        <b title={field} translate="no">
          {field}
        </b>
        <span>{note}</span>
        <Menu
          target={
            <button
              type="button"
              className={css.menu}
              aria-label={t('logs.facets.menu', { field })}
            >
              <Icon name="more" size={13} />
            </button>
          }
        >
          <MenuItem icon="number" onClick={() => onStats(field)}>
            {t('logs.facets.stats')}
          </MenuItem>
          <MenuItem icon="chart" onClick={() => onStack(field)}>
            {t('logs.field.stack')}
          </MenuItem>
          <MenuItem icon="star" checked={pinned} onClick={() => onPin(field)}>
            {t('logs.facets.pin')}
          </MenuItem>
          <MenuItem icon="close" onClick={() => onHide(field)}>
            {t('logs.facets.hide')}
          </MenuItem>
        </Menu>
      </h3>
      {ranged ? (
        <FacetRange field={field} selection={selection} query={query} onRun={onRun} />
      ) : (
        <>
          {opened && (
            <input
              className={css.search}
              type="search"
              value={search}
              aria-label={t('logs.facets.searchValues', { field })}
              placeholder={t('logs.facets.search')}
              onChange={(event) => setSearch(event.target.value)}
            />
          )}
          {found.isError && (
            <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
          )}
          <div className={css.values} data-opened={opened || undefined}>
            {shown.map(({ value, hits }) => (
              <button
                key={value}
                type="button"
                className={css.value}
                aria-pressed={hasTerm(query, exactTerm(field, value))}
                title={`${field}: ${value}`}
                {...termAttributes({ field, value })}
                onClick={() => onNarrow(field, value, 'only')}
              >
                <i style={{ width: `${share(hits, total)}%` }} />
                {field === '_severity' && <SeveritySwatch severity={value} />}
                <span className={css.name}>{value === '' ? t('logs.noValue') : value}</span>
                <em>{count(hits)}</em>
              </button>
            ))}
            {opened && found.data?.length === 0 && (
              <p className={css.none}>{t('logs.facets.noValue')}</p>
            )}
          </div>
          {(more || opened) && (
            <button
              type="button"
              className={css.more}
              aria-expanded={opened}
              aria-label={t(opened ? 'logs.facets.lessOf' : 'logs.facets.moreOf', { field })}
              onClick={() => setOpened(!opened)}
            >
              {t(opened ? 'logs.facets.less' : 'logs.facets.more')}
            </button>
          )}
        </>
      )}
    </section>
  );
}

/** Narrows to records in whose field a text stands, in any case. */
function withText({ query, ...window }: Selection, field: string, text: string): Selection {
  if (text === '') return { query, ...window };
  const pattern = `(?i)${text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`;
  const term = `${quoteName(field)}:~${JSON.stringify(pattern)}`;
  return { query: query === '*' ? term : `(${query}) ${term}`, ...window };
}

function share(hits: number, total: number): number {
  return Math.max(1.5, Math.min(100, (hits / Math.max(1, total)) * 100));
}
