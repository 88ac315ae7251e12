import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Selection } from '../../api/select';
import { Button } from '../../ui/Button';
import { ErrorNotice } from '../../ui/ErrorNotice';
import css from './FacetRange.module.css';
import { type Distribution, fetchDistribution, rangeOf, withRange } from './facetRange';
import { filterOf } from './query/edit';

interface FacetRangeProps {
  field: string;
  selection: Selection;
  query: string;
  onRun: (query: string) => void;
}

/** The numbers of a field: how they are spread, and the part of them that is asked for. */
export function FacetRange({ field, selection, query, onRun }: FacetRangeProps) {
  // The spread is of all numbers, else the handles could only come closer.
  const whole = { ...selection, query: filterOf(withRange(selection.query, field, null)) };
  const { data, error, refetch } = useQuery({
    queryKey: ['distribution', field, whole],
    queryFn: ({ signal }) => fetchDistribution(whole, field, signal),
    gcTime: 60_000,
  });
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data) return <div className={css.room} />;
  return <Range field={field} spread={data} query={query} onRun={onRun} />;
}

interface RangeProps extends Omit<FacetRangeProps, 'selection'> {
  spread: Distribution;
}

function Range({ field, spread, query, onRun }: RangeProps) {
  const { t } = useTranslation();
  const asked = rangeOf(query, field);
  const [least, setLeast] = useState(asked?.least ?? spread.least);
  const [most, setMost] = useState(asked?.most ?? spread.most);
  const askedText = asked ? `${asked.least} ${asked.most}` : '';
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text says all about what is asked for
  useEffect(() => {
    setLeast(asked?.least ?? spread.least);
    setMost(asked?.most ?? spread.most);
  }, [askedText, spread.least, spread.most]);

  const { counts, step } = spread;
  const tallest = Math.max(1, ...counts);
  const first = Math.floor(spread.least / step) * step;
  const fine = Math.min(step / 10, 1);
  const whole = Number.isInteger(spread.least) && Number.isInteger(spread.most);
  const valid = Number.isFinite(least) && Number.isFinite(most) && least <= most;
  const narrow = (range: { least: number; most: number } | null) =>
    onRun(withRange(query === '*' ? '' : query, field, range) || '*');
  const apply = (event?: FormEvent) => {
    event?.preventDefault();
    if (valid && (least !== asked?.least || most !== asked?.most)) narrow({ least, most });
  };
  const ends = [
    { name: t('logs.facets.least', { field }), value: least, set: setLeast },
    { name: t('logs.facets.most', { field }), value: most, set: setMost },
  ];
  return (
    <form className={css.range} onSubmit={apply}>
      <div className={css.spread} aria-hidden="true">
        {counts.map((n, i) => {
          const at = first + i * step;
          const within = at + step > least && at <= most;
          return (
            <i
              key={at}
              data-within={within || undefined}
              style={{ height: `${n > 0 ? Math.max(6, (n / tallest) * 100) : 0}%` }}
            />
          );
        })}
      </div>
      <div className={css.handles}>
        {ends.map(({ name, value, set }) => (
          <input
            key={name}
            type="range"
            aria-label={name}
            min={spread.least}
            max={spread.most}
            step={whole ? 1 : fine}
            value={value}
            onChange={(event) => set(Number(event.target.value))}
            onPointerUp={() => apply()}
            onKeyUp={(event) => event.key === 'Enter' && apply()}
          />
        ))}
      </div>
      <div className={css.inputs}>
        {ends.map(({ name, value, set }) => (
          <input
            key={name}
            type="number"
            step="any"
            aria-label={name}
            aria-invalid={!valid || undefined}
            value={Number.isFinite(value) ? value : ''}
            onChange={(event) =>
              set(event.target.value === '' ? Number.NaN : Number(event.target.value))
            }
          />
        ))}
        <Button type="submit" size="small" disabled={!valid}>
          {t('logs.facets.apply')}
        </Button>
      </div>
      {asked && (
        <Button size="small" look="link" onClick={() => narrow(null)}>
          {t('logs.facets.whole')}
        </Button>
      )}
    </form>
  );
}
