import { useTranslation } from 'react-i18next';
import type { Pipeline } from '../../api/pipeline';
import { Button } from '../../ui/Button';
import { count } from '../../ui/quantity';
import { Verdict } from '../../ui/Verdict';
import { LostMember } from './LostMember';
import { eventMinutes } from './timeline/timeline';
import { usePipelineEvents } from './usePipeline';
import { usePipelineSearch } from './usePipelineSearch';
import { VerdictTitle } from './VerdictTitle';

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
      title={<VerdictTitle pipeline={pipeline} />}
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
      <LostMember pipeline={pipeline} />
      <p>{t(`pipeline.verdict.means.${verdict.code}`)}</p>
      {problem && (
        <details>
          <summary>{t('pipeline.verdict.raw')}</summary>
          <code translate="no">{problem}</code>
        </details>
      )}
    </Verdict>
  );
}
