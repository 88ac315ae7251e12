import { useTranslation } from 'react-i18next';
import type { Pipeline } from '../../../api/pipeline';
import { Section } from '../../../ui/Section';
import { AssignmentGrid } from './AssignmentGrid';
import { Members } from './Members';
import { PartitionTable } from './PartitionTable';
import css from './Readers.module.css';

// More columns than this are no picture any more; then a table says the same.
const mostColumns = 32;

/** Who reads which partition, and how many records wait there. */
export function Readers({ pipeline }: { pipeline: Pipeline }) {
  const { t } = useTranslation();
  const { queue, members, partitions } = pipeline;
  const drawn = partitions.length <= mostColumns;
  return (
    <Section
      title={t('pipeline.readers.title')}
      note={
        <>
          {queue.topic && <span translate="no">{`${queue.topic} · `}</span>}
          {t('pipeline.readers.note')}
        </>
      }
      end={
        drawn && (
          <span className={css.legend}>
            <i data-look="owned" /> {t('pipeline.readers.owned')}
            <i data-look="late" /> {t('pipeline.readers.late')}
            <i data-look="moved" /> {t('pipeline.readers.moved')}
          </span>
        )
      }
    >
      {drawn ? (
        <AssignmentGrid members={members} partitions={partitions} />
      ) : (
        <>
          <Members members={members} />
          <PartitionTable partitions={partitions} members={members} />
        </>
      )}
    </Section>
  );
}
