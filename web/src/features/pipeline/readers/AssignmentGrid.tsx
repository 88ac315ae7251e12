import { useTranslation } from 'react-i18next';
import type { PipelineMember, PipelinePartition } from '../../../api/pipeline';
import { decimal, shortCount } from '../../../ui/quantity';
import { assignmentRows } from './assignment';
import { Cell } from './Cell';
import { MemberName } from './MemberName';
import css from './Readers.module.css';

interface AssignmentGridProps {
  members: readonly PipelineMember[];
  partitions: readonly PipelinePartition[];
}

/** Members by partitions: a cell says how many records wait. It scrolls sideways under the names where there is no room. */
export function AssignmentGrid({ members, partitions }: AssignmentGridProps) {
  const { t } = useTranslation();
  return (
    <div className={css.scroller}>
      <table className={css.grid}>
        <thead>
          <tr>
            <th scope="col">
              <span className={css.hidden}>{t('pipeline.readers.member')}</span>
            </th>
            {partitions.map(({ partition, topic, topic_partition: at }) => (
              <th key={partition} scope="col" title={topic && `${topic}/${at}`}>
                {partition}
              </th>
            ))}
            <th scope="col" className={css.sum}>
              {t('pipeline.readers.parts')}
            </th>
            <th scope="col" className={css.sum}>
              {t('pipeline.readers.rate')}
            </th>
          </tr>
        </thead>
        <tbody>
          {assignmentRows(members, partitions).map(({ member, cells }) => (
            <tr key={member?.id ?? ''}>
              <th scope="row">
                <MemberName member={member} />
              </th>
              {cells.map((cell, i) => (
                <td key={partitions[i]?.partition}>
                  {cell && <Cell {...cell} reader={member?.name} />}
                </td>
              ))}
              <td className={css.sum}>{cells.filter((cell) => cell?.look === 'owned').length}</td>
              <td className={css.sum}>{member ? rateOf(member) : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function rateOf({ records_per_second: rate }: PipelineMember): string {
  if (rate === null) return '–';
  return rate < 10 ? decimal(rate) : shortCount(rate);
}
