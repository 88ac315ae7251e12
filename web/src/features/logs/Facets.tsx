import { useTranslation } from 'react-i18next';
import { count } from '../../ui/quantity';
import css from './Facets.module.css';
import type { FacetGroup } from './facets';
import { exactTerm, hasTerm } from './query/edit';
import { SeveritySwatch } from './SeveritySwatch';
import { termAttributes } from './terms';

interface FacetsProps {
  groups: readonly FacetGroup[];
  query: string;
  /** Records that match in the whole window. */
  total: number;
  loading: boolean;
  onNarrow: (field: string, value: string, mode: 'only' | 'not') => void;
}

/** The values of fields with their counts; a click asks for only this value, another click takes that back. */
export function Facets({ groups, query, total, loading, onNarrow }: FacetsProps) {
  const { t } = useTranslation();
  return (
    <aside className={css.column} aria-label={t('logs.facets.title')} aria-busy={loading}>
      {!loading && groups.length === 0 && <p className={css.none}>{t('logs.facets.none')}</p>}
      {groups.map(({ field, values, covered }) => (
        <section key={field} className={css.group} aria-label={field}>
          <h3 className={css.head}>
            <b title={field}>{field}</b>
            <span>{coverage(covered, total) ?? values.length}</span>
          </h3>
          {values.map(({ value, hits }) => {
            const active = hasTerm(query, exactTerm(field, value));
            return (
              <button
                key={value}
                type="button"
                className={css.value}
                aria-pressed={active}
                title={`${field}: ${value}`}
                {...termAttributes({ field, value })}
                onClick={() => onNarrow(field, value, 'only')}
              >
                <i style={{ width: `${share(hits, total, covered)}%` }} />
                {field === '_severity' && <SeveritySwatch severity={value} />}
                <span className={css.name}>{value === '' ? t('logs.noValue') : value}</span>
                <em>{count(hits)}</em>
              </button>
            );
          })}
        </section>
      ))}
    </aside>
  );

  function coverage(covered: number, all: number): string | null {
    const percent = all > 0 ? Math.round((covered / all) * 100) : 100;
    return percent < 99 ? t('logs.facets.coverage', { percent: Math.max(1, percent) }) : null;
  }
}

function share(hits: number, total: number, covered: number): number {
  return Math.max(1.5, Math.min(100, (hits / Math.max(1, total, covered)) * 100));
}
