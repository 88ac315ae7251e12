import { useTranslation } from 'react-i18next';
import type { Pipeline } from '../../api/pipeline';
import { numberRanges } from '../../ui/numberRanges';
import { useDurationText } from '../../ui/useDurationText';
import { usePipelineTexts } from './usePipelineTexts';

interface VerdictTitleProps {
  pipeline: Pick<Pipeline, 'verdict' | 'partitions'>;
}

/** How the pipeline is in one sentence, which a person reads first. */
export function VerdictTitle({ pipeline: { verdict, partitions } }: VerdictTitleProps) {
  const { t } = useTranslation();
  const { manyText } = usePipelineTexts();
  const durationText = useDurationText();
  const level = verdict.level_in_millis;
  const records = t('pipeline.verdict.records', {
    count: verdict.records,
    n: manyText(verdict.records),
  });
  const listed = verdict.partitions ?? [];
  const named = t('notices.partitions', { count: listed.length, list: numberRanges(listed) });
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
