import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Selection } from '../../../api/select';
import { Button } from '../../../ui/Button';
import { useCopy } from '../../../ui/clipboard';
import { Icon } from '../../../ui/Icon';
import { SidePanel } from '../../../ui/SidePanel';
import { FieldCourse } from './FieldCourse';
import { FieldFigures } from './FieldFigures';
import css from './FieldPanel.module.css';
import { FieldTop } from './FieldTop';
import { fetchOverview, fetchTop, typeOf } from './fieldStats';

interface FieldPanelProps {
  field: string;
  /** The records that the figures are of. */
  selection: Selection;
  query: string;
  onNarrow: (field: string, value: string, mode: 'only' | 'not') => void;
  onGroup: () => void;
  onColumn: () => void;
  onStack: () => void;
  onClose: () => void;
}

/** Everything about one field: how many records have it, its values, its numbers, its course. Each part is asked for alone. */
export default function FieldPanel(props: FieldPanelProps) {
  const { field, selection, query, onNarrow, onGroup, onColumn, onStack, onClose } = props;
  const { t } = useTranslation();
  const [copied, copy] = useCopy();
  const overview = useQuery({
    queryKey: ['field overview', field, selection],
    queryFn: ({ signal }) => fetchOverview(selection, field, signal),
    gcTime: 60_000,
  });
  const top = useQuery({
    queryKey: ['field top', field, selection],
    queryFn: ({ signal }) => fetchTop(selection, field, signal),
    gcTime: 60_000,
  });
  const type = typeOf((top.data ?? []).map(({ value }) => value));
  return (
    <SidePanel
      title={<code>{field}</code>}
      extra={top.data && <span className={css.type}>{t(`logs.field.type.${type}`)}</span>}
      onClose={onClose}
    >
      <div className={css.body}>
        <div className={css.actions}>
          <Button size="small" onClick={onGroup}>
            <Icon name="table" size={12} />
            {t('logs.field.group')}
          </Button>
          <Button size="small" onClick={onStack}>
            <Icon name="chart" size={12} />
            {t('logs.field.stack')}
          </Button>
          <Button size="small" onClick={onColumn}>
            <Icon name="columns" size={12} />
            {t('logs.field.column')}
          </Button>
          <Button size="small" look="ghost" onClick={() => copy(field)}>
            <Icon name={copied === 'done' ? 'check' : 'copy'} size={12} />
            {copied === 'idle' ? t('logs.field.copy') : t(`copy.${copied}`)}
          </Button>
        </div>
        <FieldFigures field={field} selection={selection} type={type} overview={overview} />
        <FieldCourse field={field} selection={selection} />
        <FieldTop
          field={field}
          query={query}
          present={overview.data?.present ?? 0}
          top={top}
          onNarrow={onNarrow}
        />
      </div>
    </SidePanel>
  );
}
