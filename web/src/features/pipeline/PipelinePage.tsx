import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { AnswerState } from '../../app/AnswerState';
import { useKeyHelp, useKeys } from '../../ui/keys';
import css from '../../ui/page.module.css';
import { stepRow } from '../../ui/rows';
import { EventList } from './EventList';
import { PartitionDetail } from './PartitionDetail';
import { PipelineView } from './PipelineView';
import { usePipeline } from './usePipeline';
import { usePipelineSearch } from './usePipelineSearch';

/** The way of records from the inputs into segments. Its whole state is in the URL. */
export function PipelinePage() {
  const { t } = useTranslation();
  const [{ partition, events }, change] = usePipelineSearch();
  const answer = usePipeline();
  const pipeline = answer.data;
  const body = useRef<HTMLDivElement>(null);
  useKeys({
    j: () => stepRow(body.current, 1),
    k: () => stepRow(body.current, -1),
  });
  useKeyHelp({
    title: t('pages.pipeline'),
    keys: [
      { keys: ['j', 'k'], text: t('pipeline.keys.rows') },
      { keys: ['Enter'], text: t('pipeline.keys.open') },
    ],
  });
  return (
    <div className={css.page}>
      <div ref={body} className={css.scroller}>
        <AnswerState
          answer={answer}
          failed={t('pipeline.failed')}
          stillWorks={t('pipeline.stillWorks')}
        />
        {pipeline && <PipelineView pipeline={pipeline} />}
      </div>
      {pipeline && partition !== undefined ? (
        <PartitionDetail
          key={partition}
          pipeline={pipeline}
          partition={Number(partition)}
          onClose={() => change({ partition: undefined })}
        />
      ) : (
        events && <EventList onClose={() => change({ events: undefined })} />
      )}
    </div>
  );
}
