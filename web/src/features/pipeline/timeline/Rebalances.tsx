import { useTranslation } from 'react-i18next';
import type { Pipeline } from '../../../api/pipeline';
import { useTime } from '../../../app/TimeProvider';
import { timeTicks } from '../../../chart/timeTicks';
import { zoneName } from '../../../time/zone';
import { Section } from '../../../ui/Section';
import { usePipelineEvents } from '../usePipeline';
import css from './Rebalances.module.css';
import { eventMinutes, type Stretch, timelineRows } from './timeline';

/** When members came, fell silent and went, and how long the group needed to share out anew. The list of events says the same in words. */
export function Rebalances({ pipeline: { members, queue, now } }: { pipeline: Pipeline }) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const { data: events } = usePipelineEvents(eventMinutes);
  const end = Date.parse(now);
  const start = end - eventMinutes * 60_000;
  const rows = timelineRows(members, events ?? [], start, end);
  const place = (ms: number) => `${(100 * (ms - start)) / (end - start)}%`;
  return (
    <Section
      title={t('pipeline.timeline.title')}
      note={t('pipeline.timeline.note', { n: eventMinutes })}
      end={
        <>
          {queue.generation !== undefined &&
            `${t('pipeline.timeline.generation', { n: queue.generation })} · `}
          {zoneName(end, zone)}
        </>
      }
    >
      <ul className={css.rows}>
        {rows.map(({ id, name, stretches }) => (
          <li key={id} className={css.row}>
            <span className={css.name} title={name} translate="no">
              {name}
            </span>
            <span className={css.track} role="img" aria-label={wordsOf(stretches)}>
              {stretches.map((one) => (
                <i
                  key={`${one.kind} ${one.from}`}
                  data-kind={one.kind}
                  title={t(`pipeline.timeline.kind.${one.kind}`)}
                  style={{ left: place(one.from), right: `calc(100% - ${place(one.to)})` }}
                />
              ))}
            </span>
          </li>
        ))}
      </ul>
      <div className={css.axis} aria-hidden="true">
        {timeTicks(start, end, zone, 4).map(({ at, text }) => (
          <span key={at} style={{ left: `clamp(1.5em, ${place(at)}, 100% - 1.5em)` }}>
            {text}
          </span>
        ))}
      </div>
      <p className={css.legend} aria-hidden="true">
        {(['reading', 'silent', 'rebalance', 'gone'] as const).map((kind) => (
          <span key={kind}>
            <i data-kind={kind} />
            {t(`pipeline.timeline.kind.${kind}`)}
          </span>
        ))}
      </p>
    </Section>
  );

  function wordsOf(stretches: readonly Stretch[]): string {
    return stretches.map(({ kind }) => t(`pipeline.timeline.kind.${kind}`)).join(', ');
  }
}
