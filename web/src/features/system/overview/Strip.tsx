import { useTranslation } from 'react-i18next';
import type { System } from '../../../api/system';
import { bytes, decimal } from '../../../ui/quantity';
import css from './Strip.module.css';

type Figure = [name: string, value: string, unit: string];

/** The numbers that decide, all measured by the server. */
export function Strip({ system }: { system: System }) {
  const { t } = useTranslation();
  const { durable_ms, searchable_ms, query_ms, disk, datasets, cpu, memory } = system;
  const raw = datasets.reduce((sum, { raw_bytes }) => sum + raw_bytes, 0);
  const sealed = datasets.reduce((sum, { bytes: size }) => sum + size, 0);
  const latency = (ms: number | null, quantile: string): [string, string] => {
    if (ms === null) return ['–', ''];
    return ms < 1000 ? [decimal(ms), `ms ${quantile}`] : [decimal(ms / 1000), `s ${quantile}`];
  };
  const [used = '', unit = ''] = bytes(disk.used_by_haetae).split(' ');
  const figures: Figure[] = [
    [t('system.strip.durable'), ...latency(durable_ms.p99, 'p99')],
    [t('system.strip.searchable'), ...latency(searchable_ms.p99, 'p99')],
    [t('system.strip.query'), ...latency(query_ms.p95, 'p95')],
    [t('system.strip.stored'), used, unit],
    [
      t('system.strip.compression'),
      sealed > 0 ? decimal(raw / sealed) : '–',
      sealed > 0 ? '×' : '',
    ],
    [t('system.strip.cpu'), decimal(cpu.percent), t('system.strip.cores', { count: cpu.cores })],
    [t('system.strip.memory'), mebi(memory.rss), `/ ${mebi(memory.bound)} MiB`],
  ];
  return (
    <dl className={css.strip}>
      {figures.map(([name, value, small]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {value} <small>{small}</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function mebi(n: number): string {
  return decimal(n / 2 ** 20);
}
