import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Selection } from '../../../api/select';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { count } from '../../../ui/quantity';
import { useUnitText } from '../stats/useUnitText';
import css from './FieldPanel.module.css';
import {
  type FieldOverview,
  type FieldType,
  fetchQuantiles,
  mostDistinct,
  percentText,
  unitOf,
} from './fieldStats';

interface FieldFiguresProps {
  field: string;
  selection: Selection;
  type: FieldType;
  overview: UseQueryResult<FieldOverview>;
}

/** How many records have the field and how many values there are; for numbers also their size. */
export function FieldFigures({ field, selection, type, overview }: FieldFiguresProps) {
  const { t } = useTranslation();
  const unitText = useUnitText();
  const unit = unitOf(field, type);
  const quantiles = useQuery({
    queryKey: ['field quantiles', field, selection],
    queryFn: ({ signal }) => fetchQuantiles(selection, field, signal),
    enabled: unit !== null,
    gcTime: 60_000,
  });
  if (overview.isError) {
    return <ErrorNotice error={overview.error} onRetry={() => void overview.refetch()} />;
  }
  const { data } = overview;
  const range = (text: string) =>
    type === 'number' ? unitText(Number(text), unit ?? 'none') : text;
  const figures: [string, string][] = data
    ? [
        [t('logs.field.coverage'), percentText(data.present, data.total)],
        [t('logs.field.present'), `${count(data.present)} / ${count(data.total)}`],
        [
          t('logs.field.distinct'),
          data.distinct >= mostDistinct ? `≥ ${count(mostDistinct)}` : `≈ ${count(data.distinct)}`,
        ],
      ]
    : [];
  if (data && unit) {
    figures.push([t('logs.field.lowest'), range(data.lowest)]);
    if (Number.isFinite(data.mean)) {
      figures.push([t('logs.field.mean'), unitText(data.mean, unit)]);
    }
    for (const { percent: p, value } of quantiles.data ?? []) {
      figures.push([`p${p}`, unitText(value, unit)]);
    }
    figures.push([t('logs.field.highest'), range(data.highest)]);
  }
  return (
    <section aria-label={t('logs.field.figures')} aria-busy={overview.isPending}>
      <dl className={css.figures}>
        {figures.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {unit && quantiles.isError && (
        <ErrorNotice error={quantiles.error} onRetry={() => void quantiles.refetch()} />
      )}
    </section>
  );
}
