import type { System } from '../../../api/system';
import css from '../../../chart/chartRow.module.css';
import { DiskChart } from './DiskChart';
import { HistoryChart } from './HistoryChart';
import { PartitionBars } from './PartitionBars';

/** What changed lately, and what will. */
export function Charts({ system }: { system: System }) {
  return (
    <div className={css.row}>
      <HistoryChart />
      <PartitionBars partitions={system.partitions} />
      <DiskChart disk={system.disk} now={Date.parse(system.now)} />
    </div>
  );
}
