import type { System } from '../../../api/system';
import { RetentionTable } from '../retention/RetentionTable';
import { Charts } from './Charts';
import { Datasets } from './Datasets';
import { Facts } from './Facts';
import { Memory } from './Memory';
import css from './Overview.module.css';
import { Partitions } from './Partitions';
import { Strip } from './Strip';
import { SystemVerdict } from './SystemVerdict';

/** The verdict first, then what it rests on. */
export function Overview({ system }: { system: System }) {
  return (
    <>
      <SystemVerdict system={system} />
      <Strip system={system} />
      <Charts system={system} />
      <div className={css.split}>
        <div>
          <RetentionTable disk={system.disk} />
          <Datasets datasets={system.datasets} />
        </div>
        <div>
          <Partitions partitions={system.partitions} />
          <Memory memory={system.memory} />
          <Facts system={system} />
        </div>
      </div>
    </>
  );
}
