import { useTranslation } from 'react-i18next';
import type { Pipeline, PipelinePartition } from '../../api/pipeline';
import { useConnection } from '../../app/connection';
import { StatusMessageText } from '../../app/StatusMessageText';
import { statusMessages } from '../../app/statusMessages';
import { Empty } from '../../ui/Empty';
import { bytes, count, decimal } from '../../ui/quantity';
import { SidePanel } from '../../ui/SidePanel';
import { StateMark } from '../../ui/StateMark';
import css from './PartitionDetail.module.css';
import { partitionHealth } from './readers/assignment';
import { usePipelineTexts } from './usePipelineTexts';

interface PartitionDetailProps {
  pipeline: Pipeline;
  partition: number;
  onClose: () => void;
}

/** Everything about one partition, and what to do when it does not go on. */
export function PartitionDetail({ pipeline, partition: n, onClose }: PartitionDetailProps) {
  const { t } = useTranslation();
  const partition = pipeline.partitions.find((one) => one.partition === n);
  return (
    <SidePanel title={t('pipeline.partition.title', { n })} onClose={onClose}>
      {partition ? (
        <div className={css.body}>
          <State partition={partition} />
          <Facts pipeline={pipeline} partition={partition} />
        </div>
      ) : (
        <Empty title={t('pipeline.partition.none', { n })} />
      )}
    </SidePanel>
  );
}

function State({ partition }: { partition: PipelinePartition }) {
  const { t } = useTranslation();
  const { status } = useConnection();
  const { partition: n, state } = partition;
  const health = partitionHealth(partition);
  const messages = statusMessages({ problems: status?.problems ?? [] });
  return (
    <div className={css.state} data-state={health}>
      <p>
        <StateMark health={health} /> <b>{t(`pipeline.state.${state}`)}</b>
      </p>
      {messages
        .filter(({ partitions }) => partitions.includes(n))
        .map((message) => (
          <p key={message.id}>
            <StatusMessageText message={message} />
          </p>
        ))}
      {state !== 'ok' && <p>{t(`pipeline.partition.todo.${state}`)}</p>}
    </div>
  );
}

function Facts({ pipeline, partition }: { pipeline: Pipeline; partition: PipelinePartition }) {
  const { t } = useTranslation();
  const { behindText } = usePipelineTexts();
  const { members, brokers } = pipeline;
  const address = (id: number) => brokers.find((one) => one.id === id)?.address ?? String(id);
  const addresses = (ids: readonly number[]) => ids.map(address).join(', ');
  const { topic, owner, leader, in_sync, replicas, out_per_second: out } = partition;
  const rate = (n: number) => `${decimal(n)} ${t('system.unit.perSecond')}`;
  const ofKafka = [
    ['topic', topic && `${topic}/${partition.topic_partition}`],
    ['leader', leader === null ? undefined : address(leader)],
    ['inSync', `${in_sync.length} / ${replicas.length}: ${addresses(in_sync)}`],
    ['outOfSync', addresses(replicas.filter((id) => !in_sync.includes(id)))],
  ] as const;
  const facts = [
    ['owner', members.find(({ id }) => id === owner)?.name],
    ...(pipeline.type === 'kafka' ? ofKafka : []),
    ['oldest', count(partition.oldest)],
    ['stored', count(partition.stored)],
    ['end', count(partition.end)],
    ['behind', count(partition.behind_records)],
    ['time', behindText(partition.behind_millis)],
    ['in', rate(partition.in_per_second)],
    ['out', out === null ? undefined : rate(out)],
    ['held', bytes(partition.bytes)],
  ] as const;
  return (
    <dl className={css.facts}>
      {facts.map(([id, value]) => (
        <div key={id}>
          <dt>{t(`pipeline.partition.${id}`)}</dt>
          <dd translate="no">{value || '–'}</dd>
        </div>
      ))}
    </dl>
  );
}
