import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PipelineMember, PipelinePartition } from '../../../api/pipeline';
import { Button } from '../../../ui/Button';
import { bytes, count, decimal } from '../../../ui/quantity';
import { StateMark } from '../../../ui/StateMark';
import { TableHead } from '../../../ui/TableHead';
import { isLate } from '../target';
import { usePipelineTexts } from '../usePipelineTexts';
import { partitionHealth, worstFirst } from './assignment';

// So many rows are drawn at first, and with each "more".
const page = 16;

interface PartitionTableProps {
  partitions: readonly PipelinePartition[];
  /** Who reads them; left out where there is one process alone. */
  members?: readonly PipelineMember[];
}

/** The partitions, worst first, each with a way to its details. */
export function PartitionTable({ partitions, members }: PartitionTableProps) {
  const { t } = useTranslation();
  const { behindText } = usePipelineTexts();
  const [shown, setShown] = useState(page);
  const logs = partitions.find(({ partition }) => partition === 0)?.topic;
  const names = new Map(members?.map(({ id, name }) => [id, name]));
  return (
    <>
      <table>
        <TableHead
          columns={[
            [t('pipeline.partition.partition')],
            ...(members ? ([[t('pipeline.partition.owner'), 'wide']] as const) : []),
            [t('pipeline.partition.behind'), 'number'],
            [t('pipeline.partition.time'), 'number'],
            [t('pipeline.partition.in'), 'number', 'wide'],
            [t('pipeline.partition.out'), 'number', 'wide'],
            [t('pipeline.partition.held'), 'number'],
          ]}
        />
        <tbody>
          {worstFirst(partitions)
            .slice(0, shown)
            .map((row) => (
              <tr key={row.partition} title={t(`pipeline.state.${row.state}`)}>
                <th scope="row">
                  <Link
                    to="/pipeline"
                    search={(old) => ({
                      ...old,
                      partition: String(row.partition),
                      events: undefined,
                    })}
                    data-row=""
                    aria-label={t('pipeline.readers.cell', {
                      partition: row.partition,
                      state: t(`pipeline.state.${row.state}`),
                      n: count(row.behind_records),
                    })}
                  >
                    <span data-marked="">
                      <StateMark health={partitionHealth(row)} /> {row.partition}
                    </span>
                    {row.topic !== logs && <small translate="no"> {row.topic}</small>}
                  </Link>
                </th>
                {members && (
                  <td data-wide="" translate="no">
                    {names.get(row.owner) ?? '–'}
                  </td>
                )}
                <td data-number="" data-dim={row.behind_records === 0 || undefined}>
                  {count(row.behind_records)}
                </td>
                <td
                  data-number=""
                  data-dim={!row.behind_millis || undefined}
                  data-state={isLate(row.behind_millis) ? 'warn' : undefined}
                >
                  {behindText(row.behind_millis)}
                </td>
                <td data-number="" data-wide="">
                  {decimal(row.in_per_second)}
                </td>
                <td data-number="" data-wide="">
                  {row.out_per_second === null ? '–' : decimal(row.out_per_second)}
                </td>
                <td data-number="" data-dim="">
                  {bytes(row.bytes)}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
      {partitions.length > shown && (
        <Button look="link" onClick={() => setShown(shown + page)}>
          {t('pipeline.partition.more', { n: count(Math.min(page, partitions.length - shown)) })}
        </Button>
      )}
    </>
  );
}
