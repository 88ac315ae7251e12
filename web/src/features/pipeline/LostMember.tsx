import { useTranslation } from 'react-i18next';
import type { Pipeline } from '../../api/pipeline';
import { useTime } from '../../app/TimeProvider';
import { clock } from '../../time/clock';
import { usePipelineTexts } from './usePipelineTexts';

/** Says which process was lost last, since when, and how soon others had its partitions; nothing when none was. */
export function LostMember({ pipeline: { verdict, members } }: { pipeline: Pipeline }) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const { behindText } = usePipelineTexts();
  const { member: name, gone_from: from, gone_to: to } = verdict;
  if (!name || !from) return null;
  const lost = members.find((one) => one.name === name && one.state !== 'reading');
  const had = lost?.had.length || lost?.partitions.length || verdict.partitions?.length || 0;
  const words = { member: name, at: clock(Date.parse(from), zone, 'second'), count: had };
  return (
    <p>
      {to === undefined
        ? t('pipeline.verdict.silent', words)
        : t('pipeline.verdict.moved', {
            ...words,
            time: behindText(Date.parse(to) - Date.parse(from)),
          })}
    </p>
  );
}
