import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ValueHits } from '../../../api/select';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { count } from '../../../ui/quantity';
import { exactTerm, hasTerm } from '../query/edit';
import { SeveritySwatch } from '../SeveritySwatch';
import { termAttributes } from '../terms';
import css from './FieldPanel.module.css';
import { percentText } from './fieldStats';

interface FieldTopProps {
  field: string;
  query: string;
  /** Records that have the field. */
  present: number;
  top: UseQueryResult<ValueHits[]>;
  onNarrow: (field: string, value: string, mode: 'only' | 'not') => void;
}

/** The most frequent values with their share; each can be asked for alone or left out. */
export function FieldTop({ field, query, present, top, onNarrow }: FieldTopProps) {
  const { t } = useTranslation();
  const { data, error, refetch } = top;
  return (
    <section className={css.top} aria-label={t('logs.field.top')} aria-busy={top.isPending}>
      <h3>{t('logs.field.top')}</h3>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <p className={css.none}>{t('logs.field.none')}</p>}
      <ul>
        {data?.map(({ value, hits }) => (
          <li key={value} className={css.value} tabIndex={-1} {...termAttributes({ field, value })}>
            <i style={{ width: present > 0 ? percentText(hits, present) : 0 }} />
            {field === '_severity' && <SeveritySwatch severity={value} />}
            <span className={css.name} title={value}>
              {value}
            </span>
            <span className={css.narrow}>
              {(['only', 'not'] as const).map((mode) => {
                const term = exactTerm(field, value);
                return (
                  <button
                    key={mode}
                    type="button"
                    aria-pressed={hasTerm(query, mode === 'only' ? term : `-${term}`)}
                    aria-label={t(`logs.${mode}Of`, { field, value })}
                    onClick={() => onNarrow(field, value, mode)}
                  >
                    {t(`logs.${mode}`)}
                  </button>
                );
              })}
            </span>
            <b>{count(hits)}</b>
            <em>{percentText(hits, present)}</em>
          </li>
        ))}
      </ul>
    </section>
  );
}
