import { useTranslation } from 'react-i18next';
import type { Pipeline } from '../../api/pipeline';
import { Section } from '../../ui/Section';
import { AdviceList } from './advice/AdviceList';
import { DeadLetters } from './letters/DeadLetters';
import css from './OneProcess.module.css';
import { PartitionTable } from './readers/PartitionTable';
import splits from './Split.module.css';

const movingDocs =
  'https://github.com/haetae/haetae/blob/main/docs/kafka.md#from-the-disk-to-kafka';

/** The queue in a log of this process: its partitions, and when another queue is worth it. */
export function OneProcess({ pipeline: { partitions } }: { pipeline: Pipeline }) {
  const { t } = useTranslation();
  return (
    <div className={splits.split} data-wide="">
      <div>
        <Section title={t('pipeline.one.title')} note={t('pipeline.one.note')}>
          <PartitionTable partitions={partitions} />
        </Section>
        <DeadLetters />
      </div>
      <div>
        <Section title={t('pipeline.one.more')}>
          <div className={css.hint}>
            <p>{t('pipeline.one.why')}</p>
            <pre translate="no">{'queue:\n  type: kafka\n  brokers: [kafka-1:9092]'}</pre>
            <p>
              <a href={movingDocs} target="_blank" rel="noreferrer">
                {t('pipeline.one.how')}
              </a>
            </p>
          </div>
        </Section>
        <AdviceList />
      </div>
    </div>
  );
}
