import { useTranslation } from 'react-i18next';
import type { PipelineEvent } from '../../api/pipeline';
import { AnswerState } from '../../app/AnswerState';
import { useTime } from '../../app/TimeProvider';
import { clock } from '../../time/clock';
import { Empty } from '../../ui/Empty';
import { numberRanges } from '../../ui/numberRanges';
import { SidePanel } from '../../ui/SidePanel';
import css from './EventList.module.css';
import { eventMinutes } from './timeline/timeline';
import { usePipelineEvents } from './usePipeline';
import { usePipelineTexts } from './usePipelineTexts';

/** What happened to the members in words, newest first: the time line as text. */
export function EventList({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const answer = usePipelineEvents(eventMinutes);
  const events = answer.data;
  return (
    <SidePanel
      title={t('pipeline.events.title')}
      extra={<span className={css.note}>{t('pipeline.timeline.note', { n: eventMinutes })}</span>}
      onClose={onClose}
    >
      <AnswerState answer={answer} failed={t('pipeline.events.failed')} />
      {events?.length === 0 && (
        <Empty title={t('pipeline.events.none')} why={t('pipeline.events.noneWhy')} />
      )}
      {events && (
        <ol className={css.list}>
          {events.toReversed().map((event) => (
            <EventRow key={`${event.time} ${event.kind} ${event.member}`} event={event} />
          ))}
        </ol>
      )}
    </SidePanel>
  );
}

function EventRow({ event }: { event: PipelineEvent }) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const { behindText } = usePipelineTexts();
  const { time, until, kind, name, partitions, took_millis } = event;
  const took = took_millis ?? (until ? Date.parse(until) - Date.parse(time) : undefined);
  return (
    <li className={css.event}>
      <time>{clock(Date.parse(time), zone, 'second')}</time>
      <p>
        {t(`pipeline.events.kind.${kind}`, {
          member: name,
          partitions: t('notices.partitions', {
            count: partitions.length,
            list: numberRanges(partitions),
          }),
        })}
        {took !== undefined && <small> {behindText(took)}</small>}
      </p>
    </li>
  );
}
