import { useTranslation } from 'react-i18next';
import type { PipelineTopic } from '../../../api/pipeline';
import { bytes, count, decimal } from '../../../ui/quantity';
import { Section } from '../../../ui/Section';
import { TableHead } from '../../../ui/TableHead';
import { useDurationText } from '../../../ui/useDurationText';
import { settingText } from '../settingText';
import { isLate } from '../target';
import { usePipelineTexts } from '../usePipelineTexts';
import css from './tables.module.css';

/** The queue's own topics, then those of other people that inputs read. */
export function Topics({ topics }: { topics: readonly PipelineTopic[] }) {
  const { t } = useTranslation();
  return (
    <Section title={t('pipeline.topics.title')}>
      <table>
        <TableHead
          columns={[
            [t('pipeline.topics.topic')],
            [t('pipeline.topics.partitions'), 'number'],
            [t('pipeline.topics.in'), 'number'],
            [t('pipeline.topics.behind'), 'number'],
            [t('pipeline.topics.time'), 'number', 'wide'],
            [t('pipeline.topics.kept'), 'number', 'wider'],
            [t('pipeline.topics.size'), 'number', 'wide'],
          ]}
        />
        <tbody>
          {topics.map((topic) => (
            <TopicRow key={`${topic.input ?? ''}/${topic.name}`} topic={topic} />
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function TopicRow({ topic }: { topic: PipelineTopic }) {
  const { t } = useTranslation();
  const durationText = useDurationText();
  const { behindText } = usePipelineTexts();
  const { name, own, input, partitions, in_per_second, behind_records, behind_millis } = topic;
  const late = isLate(behind_millis) ? 'warn' : undefined;
  return (
    <tr>
      <th scope="row">
        <span className={css.name}>
          <span className={css.long} title={name} translate="no">
            {name}
          </span>
          {!own && <small>{t('pipeline.topics.input', { input })}</small>}
        </span>
      </th>
      <td data-number="">{count(partitions)}</td>
      <td data-number="">{in_per_second === null ? '–' : decimal(in_per_second)}</td>
      <td data-number="" data-state={late} data-dim={behind_records === 0 || undefined}>
        {behind_records === null ? '–' : count(behind_records)}
      </td>
      <td data-number="" data-wide="" data-state={late} data-dim={!behind_millis || undefined}>
        {behindText(behind_millis)}
      </td>
      <td data-number="" data-wider="" data-dim="">
        {topic.retention_ms === null
          ? '–'
          : settingText('retention.ms', String(topic.retention_ms), durationText)}
      </td>
      <td data-number="" data-wide="" data-dim="">
        {topic.bytes === null ? '–' : bytes(topic.bytes)}
      </td>
    </tr>
  );
}
