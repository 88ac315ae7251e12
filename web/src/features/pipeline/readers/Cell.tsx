import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { PipelinePartition } from '../../../api/pipeline';
import { count } from '../../../ui/quantity';
import { partitionHealth } from './assignment';
import css from './Readers.module.css';

interface CellProps {
  partition: PipelinePartition;
  look: 'owned' | 'moved';
  /** Name of the member; undefined when nobody reads it. */
  reader: string | undefined;
}

/** A partition in its reader's row, which opens its details. */
export function Cell({ partition, look, reader }: CellProps) {
  const { t } = useTranslation();
  const { partition: n, behind_records: behind, state } = partition;
  if (look === 'moved') {
    const text = t('pipeline.readers.movedCell', { partition: n, member: reader });
    return <span role="img" className={css.moved} aria-label={text} title={text} />;
  }
  const label = t('pipeline.readers.cell', {
    partition: n,
    state: t(`pipeline.state.${state}`),
    n: count(behind),
  });
  return (
    <Link
      to="/pipeline"
      search={(old) => ({ ...old, partition: String(n), events: undefined })}
      className={css.cell}
      data-row=""
      data-health={partitionHealth(partition)}
      aria-label={label}
      title={label}
    >
      {short(behind)}
    </Link>
  );
}

// A cell has room for four characters.
function short(n: number): string {
  if (n < 1000) return String(n);
  const [size, unit] = n >= 1e6 ? [1e6, 'M'] : [1e3, 'k'];
  const part = n / size;
  return `${part < 10 ? part.toFixed(1) : Math.floor(part)}${unit}`;
}
