import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Selection } from '../../api/select';
import { useTime } from '../../app/TimeProvider';
import { clock } from '../../time/clock';
import { count, shortCount } from '../../ui/quantity';
import { type FacetActions, FacetGroup } from './FacetGroup';
import css from './Facets.module.css';
import { useFieldNames } from './FieldMenu';
import { useFacetChoice } from './facetChoice';
import { arrange, type FacetGroup as Group } from './facets';

interface FacetsProps extends Omit<FacetActions, 'onPin' | 'onHide'> {
  groups: readonly Group[];
  query: string;
  /** The records that are counted. */
  selection: Selection;
  /** Records that match in the whole window. */
  total: number;
  /** More records match by now than are counted here. */
  live: boolean;
  loading: boolean;
  /** The counts answer an earlier question. */
  old: boolean;
}

/** The values of fields with their counts; a click asks for only this value, another click takes that back. */
export function Facets({ groups, query, selection, live, loading, old, ...props }: FacetsProps) {
  const { total: all, ...actions } = props;
  const { t } = useTranslation();
  const { zone } = useTime();
  const [search, setSearch] = useState('');
  const [choice, toggle] = useFacetChoice();
  const [hiddenShown, setHiddenShown] = useState(false);
  const names = useFieldNames(selection, true);
  const { groups: shown, others, hidden } = arrange(groups, names.data ?? [], choice, search);
  const rest = {
    ...actions,
    query,
    selection,
    onPin: (field: string) => toggle('pinned', field),
    onHide: (field: string) => toggle('hidden', field),
  };
  // Only the most frequent values are counted; how many records have the field at all stands with its name.
  const having = new Map(names.data?.map(({ value, hits }) => [value, hits]));
  // Every record has a time, so that these are of the same moment as the counts.
  const total = having.get('_time') ?? all;
  const coverage = (covered: number, values: number) => {
    const percent = total > 0 ? (covered / total) * 100 : 100;
    if (percent >= 98.5) return String(values);
    return t('logs.facets.coverage', { percent: percent < 1 ? '<1' : Math.round(percent) });
  };
  return (
    <aside
      className={css.column}
      aria-label={t('logs.facets.title')}
      aria-busy={loading}
      data-old={old || undefined}
    >
      <div className={css.find}>
        <input
          className={css.search}
          type="search"
          value={search}
          aria-label={t('logs.facets.searchFields')}
          placeholder={t('logs.facets.searchFields')}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      {live && having.has('_time') && (
        <p className={css.counted}>
          {t('logs.facets.counted', {
            count: total,
            n: count(total),
            time: clock(selection.end, zone, 'second'),
          })}
        </p>
      )}
      {!loading && shown.length + others.length === 0 && (
        <p className={css.none}>{t('logs.facets.none')}</p>
      )}
      {shown.map(({ field, values, all, covered, numeric = false }) => (
        <FacetGroup
          key={field}
          field={field}
          note={coverage(having.get(field) ?? covered, all)}
          values={values}
          more={all > values.length}
          numeric={numeric}
          pinned={choice.pinned.includes(field)}
          total={Math.max(total, covered)}
          {...rest}
        />
      ))}
      {others.map(({ value: field, hits }) => (
        <FacetGroup
          key={field}
          field={field}
          note={shortCount(hits)}
          values={[]}
          more
          numeric={false}
          pinned={choice.pinned.includes(field)}
          total={hits}
          {...rest}
        />
      ))}
      {hidden.length > 0 && (
        <section className={css.group}>
          <button
            type="button"
            className={css.more}
            aria-expanded={hiddenShown}
            onClick={() => setHiddenShown(!hiddenShown)}
          >
            {t('logs.facets.hidden', { count: hidden.length, n: hidden.length })}
          </button>
          {hiddenShown &&
            hidden.map((field) => (
              <button
                key={field}
                type="button"
                className={css.value}
                aria-label={t('logs.facets.showOf', { field })}
                onClick={() => toggle('hidden', field)}
              >
                <code className={css.name}>{field}</code>
                <em>{t('logs.facets.show')}</em>
              </button>
            ))}
        </section>
      )}
    </aside>
  );
}
