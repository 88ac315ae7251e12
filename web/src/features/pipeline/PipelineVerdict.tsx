import { useTranslation } from 'react-i18next';
import type { Pipeline } from '../../api/pipeline';
import { Button } from '../../ui/Button';
import { count } from '../../ui/quantity';
import { useDurationText } from '../../ui/useDurationText';
import { Verdict } from '../../ui/Verdict';
import { LostMember } from './LostMember';
import { eventMinutes } from './timeline/timeline';
import { usePipelineEvents } from './usePipeline';
import { usePipelineSearch } from './usePipelineSearch';
import { usePipelineTexts } from './usePipelineTexts';

/** How the pipeline is, as a sentence, and what happened. */
export function PipelineVerdict({ pipeline }: { pipeline: Pipeline }) {
  const { t } = useTranslation();
  const [{ events: open }, change] = usePipelineSearch();
  const { data: events } = usePipelineEvents(eventMinutes);
  const { verdict, problem } = pipeline;
  return (
    <Verdict
      label={t('pipeline.verdict.label')}
      health={verdict.state}
      title={<Title pipeline={pipeline} />}
      end={
        events &&
        events.length > 0 && (
          <Button
            aria-expanded={open === true}
            onClick={() => change({ events: open ? undefined : true, partition: undefined })}
          >
            {t('pipeline.events.title')} {count(events.length)}
          </Button>
        )
      }
    >
      {problem && (
        <p data-state={verdict.state} translate="no">
          {problem}
        </p>
      )}
      <LostMember pipeline={pipeline} />
      <p>{t(`pipeline.verdict.means.${verdict.code}`)}</p>
    </Verdict>
  );
}

function Title({ pipeline: { verdict, partitions } }: { pipeline: Pipeline }) {
  const { t } = useTranslation();
  const { manyText } = usePipelineTexts();
  const durationText = useDurationText();
  const level = verdict.level_in_millis;
  const records = t('pipeline.verdict.records', {
    count: verdict.records,
    n: manyText(verdict.records),
  });
  const listed = verdict.partitions ?? [];
  const named = t('notices.partitions', { count: listed.length, list: listed.join(', ') });
  switch (verdict.code) {
    case 'catching_up':
      return level === null
        ? t('pipeline.verdict.catchingUp', { records })
        : t('pipeline.verdict.catchingUpIn', {
            records,
            time: durationText(Math.max(1000, Math.round(level / 1000) * 1000)),
          });
    case 'partition_stopped':
      return t('pipeline.verdict.partitionStopped', { count: listed.length, partitions: named });
    case 'unowned':
      return t('pipeline.verdict.unowned', { count: listed.length, partitions: named });
    case 'brokers_away':
      return listed.length > 0
        ? t('pipeline.verdict.offline', { count: listed.length, partitions: named })
        : t('pipeline.verdict.brokersAway');
    case 'behind':
      return t('pipeline.verdict.behind', { records });
    case 'falling_behind':
      return t('pipeline.verdict.fallingBehind', { records });
    case 'level':
      return t('pipeline.verdict.level', { count: partitions.length });
  }
}
