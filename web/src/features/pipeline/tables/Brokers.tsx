import { useTranslation } from 'react-i18next';
import type { Pipeline, PipelineBroker } from '../../../api/pipeline';
import { Meter } from '../../../ui/Meter';
import { count, decimal } from '../../../ui/quantity';
import { Section } from '../../../ui/Section';
import { type Health, StateMark } from '../../../ui/StateMark';
import { TableHead } from '../../../ui/TableHead';
import css from './tables.module.css';

// A disk that is fuller than this asks for a decision soon.
const fullDisk = 0.8;

/** The brokers of the cluster: what they carry, and which of them is in trouble. */
export function Brokers({ pipeline: { brokers, queue } }: { pipeline: Pipeline }) {
  const { t } = useTranslation();
  return (
    <Section
      title={t('pipeline.brokers.title')}
      note={
        queue.min_insync !== undefined && (
          <span translate="no">{`min.insync.replicas ${queue.min_insync}`}</span>
        )
      }
    >
      <table>
        <TableHead
          columns={[
            [t('pipeline.brokers.broker')],
            [t('pipeline.brokers.leads'), 'number'],
            [t('pipeline.brokers.replicas'), 'number', 'wide'],
            [t('pipeline.brokers.outOfSync'), 'number'],
            [t('pipeline.brokers.disk'), 'number'],
            ['p99', 'number', 'wide'],
          ]}
        />
        <tbody>
          {brokers.map((broker) => (
            <BrokerRow key={broker.id} broker={broker} />
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function BrokerRow({ broker }: { broker: PipelineBroker }) {
  const { t } = useTranslation();
  const { address, controller, up, leads, replicas, out_of_sync, p99_millis } = broker;
  const full = fullness(broker);
  return (
    <tr>
      <th scope="row">
        <span className={css.name}>
          <StateMark health={healthOf(broker)} />
          <span translate="no">{address}</span>
          {controller && <small>{t('pipeline.brokers.controller')}</small>}
          {!up && <small data-state="critical">{t('pipeline.brokers.down')}</small>}
        </span>
      </th>
      <td data-number="">{count(leads)}</td>
      <td data-number="" data-wide="">
        {count(replicas)}
      </td>
      <td
        data-number=""
        data-dim={out_of_sync === 0 || undefined}
        data-state={out_of_sync > 0 ? 'warn' : undefined}
      >
        {count(out_of_sync)}
      </td>
      <td data-number="" data-state={full !== null && full >= fullDisk ? 'warn' : undefined}>
        {full === null ? (
          '–'
        ) : (
          <>
            <span data-wide="">
              <Meter used={full} bound={1} />
            </span>{' '}
            {`${Math.round(100 * full)}%`}
          </>
        )}
      </td>
      <td data-number="" data-wide="">
        {p99_millis === null ? '–' : `${decimal(p99_millis)} ms`}
      </td>
    </tr>
  );
}

function fullness({ disk_used: used, disk_total: total }: PipelineBroker): number | null {
  return used === null || !total ? null : used / total;
}

function healthOf(broker: PipelineBroker): Health {
  if (!broker.up) return 'critical';
  return broker.out_of_sync > 0 || (fullness(broker) ?? 0) >= fullDisk ? 'warn' : 'ok';
}
