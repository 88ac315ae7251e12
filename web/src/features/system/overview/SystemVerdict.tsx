import { useTranslation } from 'react-i18next';
import type { System, VerdictItem } from '../../../api/system';
import { StatusMessageText } from '../../../app/StatusMessageText';
import { statusMessages } from '../../../app/statusMessages';
import { useTime } from '../../../app/TimeProvider';
import { day } from '../../../time/clock';
import { bytes, count } from '../../../ui/quantity';
import { useDurationText } from '../../../ui/useDurationText';
import { Verdict } from '../../../ui/Verdict';

/** What is wrong with Haetae, as a sentence; that all is well when nothing is. */
export function SystemVerdict({ system }: { system: System }) {
  const { t } = useTranslation();
  const durationText = useDurationText();
  const { verdict, disk, uptime_ms, node } = system;
  const now = Date.parse(system.now);
  const reasons = verdict.items.filter(({ code }) => code !== 'problem');
  const problems = statusMessages({ problems: system.problems });
  const lasts = disk.full_at && durationText(dayLength(Date.parse(disk.full_at) - now));
  return (
    <Verdict
      label={t('system.verdict.label')}
      health={verdict.state}
      title={
        <>
          {verdict.items.length === 0
            ? t('system.verdict.ok')
            : t('system.verdict.not', { count: verdict.items.length })}{' '}
          {lasts && t('system.verdict.lasts', { time: lasts })}
          {disk.held_at !== null && t('system.verdict.held', { size: bytes(disk.held_at) })}
        </>
      }
    >
      {problems.map((message) => (
        <p key={message.id} data-state="critical">
          <StatusMessageText message={message} />
        </p>
      ))}
      {reasons.map((item) => (
        <p key={`${item.code} ${item.params?.area ?? ''}`} data-state={item.state}>
          <Reason item={item} />
        </p>
      ))}
      <p>
        {problems.length === 0 && <>{t('system.verdict.durable')} </>}
        {t('system.verdict.up', {
          node,
          time: durationText(Math.floor(uptime_ms / 1000) * 1000),
        })}
      </p>
    </Verdict>
  );
}

// Whole days are enough beyond one.
function dayLength(ms: number): number {
  const length = 86_400_000;
  return ms > length ? Math.floor(ms / length) * length : ms;
}

// Those whose bound hurts somebody.
const areas = ['intake', 'queries', 'tails'] as const;

function Reason({ item: { code, params = {} } }: { item: VerdictItem }) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const durationText = useDurationText();
  switch (code) {
    case 'disk_fills':
      return t('system.verdict.diskFills', { day: day(Date.parse(params.at ?? ''), zone) });
    case 'segments_damaged':
      return t('system.verdict.damaged', { count: Number(params.count) });
    case 'partitions_unread':
      return t('system.verdict.unread', { partitions: params.partitions });
    case 'behind': {
      const time = durationText(Number(params.ms));
      return t('system.verdict.behind', {
        count: Number(params.records),
        n: count(Number(params.records)),
        time,
      });
    }
    case 'memory_over':
      return t('system.verdict.memoryOver');
    case 'area_at_bound': {
      const area = areas.find((one) => one === params.area);
      return t('system.verdict.areaAtBound', {
        area: area ? t(`system.memory.area.${area}`) : params.area,
      });
    }
    default:
      return [code, ...Object.entries(params).map(([name, value]) => `${name}=${value}`)].join(' ');
  }
}
