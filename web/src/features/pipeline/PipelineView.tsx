import type { Pipeline } from '../../api/pipeline';
import { AdviceList } from './advice/AdviceList';
import { Charts } from './charts/Charts';
import { Flow } from './Flow';
import { DeadLetters } from './letters/DeadLetters';
import { OneProcess } from './OneProcess';
import { PipelineVerdict } from './PipelineVerdict';
import { Readers } from './readers/Readers';
import css from './Split.module.css';
import { Brokers } from './tables/Brokers';
import { Topics } from './tables/Topics';
import { Rebalances } from './timeline/Rebalances';

/** The verdict first, then what it rests on. What only Kafka has is not shown of the built-in log. */
export function PipelineView({ pipeline }: { pipeline: Pipeline }) {
  const kafka = pipeline.type === 'kafka';
  return (
    <>
      <PipelineVerdict pipeline={pipeline} />
      <Flow pipeline={pipeline} />
      <Charts pipeline={pipeline} />
      {kafka ? (
        <>
          <div className={css.split} data-wide="">
            <div>
              <Readers pipeline={pipeline} />
            </div>
            <div>
              <Rebalances pipeline={pipeline} />
            </div>
          </div>
          <div className={css.split}>
            <div>
              {pipeline.brokers.length > 0 && <Brokers pipeline={pipeline} />}
              <DeadLetters />
            </div>
            <div>
              {pipeline.topics.length > 0 && <Topics topics={pipeline.topics} />}
              <AdviceList />
            </div>
          </div>
        </>
      ) : (
        <OneProcess pipeline={pipeline} />
      )}
    </>
  );
}
