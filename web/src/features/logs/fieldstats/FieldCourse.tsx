import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { fetchHits, type Selection } from '../../../api/select';
import { useTime } from '../../../app/TimeProvider';
import { TimeChart } from '../../../chart/TimeChart';
import { clock, span } from '../../../time/clock';
import { gridOf } from '../../../time/grid';
import { stepFor } from '../../../time/range';
import { zoneName } from '../../../time/zone';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { count } from '../../../ui/quantity';
import { toPast } from '../histogram';
import css from './FieldPanel.module.css';
import { having } from './fieldStats';

const points = 40;
const height = 64;
const nothing = () => undefined;

/** How many records have the field, over time. */
export function FieldCourse({ field, selection }: { field: string; selection: Selection }) {
  const { t } = useTranslation();
  const { zone, now } = useTime();
  const step = stepFor(selection, points);
  const { start, end } = selection;
  const { data, error, refetch } = useQuery({
    queryKey: ['field course', field, selection, zone],
    queryFn: async ({ signal }) => {
      const grid = gridOf(selection, step, zone);
      const groups = await fetchHits(having(selection, field), grid, signal);
      return { times: grid.times, values: toPast(groups, grid, 0) };
    },
    gcTime: 60_000,
  });
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  const zoneText = zoneName(end, zone);
  const text = (at: number) => {
    const from = data?.times[at] ?? start;
    return `${span(from, from + step, zone, now)} ${zoneText} · ${count(data?.values[at] ?? 0)}`;
  };
  return (
    <section className={css.course}>
      <h3>{t('logs.field.course')}</h3>
      <div style={{ minHeight: height }}>
        {data && (
          <TimeChart
            label={t('logs.field.course')}
            times={data.times}
            step={step}
            layers={[{ name: field, colour: '--chart-1', values: data.values }]}
            start={start}
            end={end}
            zone={zone}
            endLabel={`${clock(end, zone, 'minute')} ${zoneText}`}
            height={height}
            rangeText={() => ''}
            bucketText={text}
            tooltip={text}
            onHover={nothing}
            onZoom={nothing}
            onBack={nothing}
          />
        )}
      </div>
    </section>
  );
}
