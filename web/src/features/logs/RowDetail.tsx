import { useTranslation } from 'react-i18next';
import { fixedRange } from '../../time/range';
import { Button } from '../../ui/Button';
import { useCopy } from '../../ui/clipboard';
import { Icon } from '../../ui/Icon';
import { useDurationText } from '../../ui/useDurationText';
import { shownFields, toggleColumn } from './columns';
import { FieldRow } from './FieldRow';
import { MessageText } from './MessageText';
import css from './RowDetail.module.css';
import { fieldGroups, type LogRecord } from './record';
import { useListSearch } from './useListSearch';

interface RowDetailProps {
  record: LogRecord;
  /** Words to mark in the message. */
  pattern: RegExp | null;
  onNarrow: (field: string, value: string, mode: 'only' | 'not') => void;
}

/** Everything about one record: what to do with it, its message whole, and its fields. */
export function RowDetail({ record, pattern, onNarrow }: RowDetailProps) {
  const { t } = useTranslation();
  const [{ cols }, change, go] = useListSearch();
  const durationText = useDurationText();
  const [copied, copy] = useCopy();
  const [linked, copyLink] = useCopy();
  const { row, severity, time } = record;
  const { sent, ours } = fieldGroups(row);
  const received = Date.parse(row._observed ?? '');
  const delay = received - time;

  const columns = shownFields(cols);
  // It names the record alone, in the moment of its own, so that it leads there whatever was searched and chosen.
  const link = () => {
    const url = new URL('/logs', location.href);
    const at = Math.floor(time);
    const { from, to } = fixedRange({ start: at, end: at + 1000 });
    const query = `_record_id:=${JSON.stringify(record.id)}`;
    for (const [name, value] of Object.entries({ q: query, from, to, row: record.id })) {
      url.searchParams.set(name, value);
    }
    copyLink(url.toString());
  };

  return (
    <div className={css.detail} data-severity={severity}>
      <div className={css.actions}>
        {row._record_id && !Number.isNaN(time) && (
          <Button size="small" onClick={() => go({ around: `${row._time}/${record.id}` })}>
            {t('logs.row.surrounding')}
          </Button>
        )}
        <Button size="small" onClick={() => copy(JSON.stringify(row, null, 2))}>
          <Icon name={copied === 'done' ? 'check' : 'copy'} size={12} />
          {copied === 'idle' ? t('logs.row.copy') : t(`copy.${copied}`)}
        </Button>
        {row._record_id && !Number.isNaN(time) && (
          <Button size="small" look="ghost" onClick={link}>
            <Icon name={linked === 'done' ? 'check' : 'link'} size={13} />
            {linked === 'idle' ? t('logs.row.link') : t(`copy.${linked}`)}
          </Button>
        )}
        {Number.isFinite(delay) && (
          <span className={css.received}>
            {t(delay < 0 ? 'logs.row.receivedBefore' : 'logs.row.received', {
              delay: durationText(delay),
            })}
          </span>
        )}
      </div>
      {record.message !== '' && <MessageText text={row._msg ?? record.message} pattern={pattern} />}
      {[sent, ours]
        .filter((fields) => fields.length > 0)
        .map((fields) => (
          <div key={fields === ours ? 'ours' : 'sent'} className={css.fields}>
            {fields.map(([field, value]) => (
              <FieldRow
                key={field}
                field={field}
                value={value}
                isColumn={columns.includes(field)}
                onNarrow={onNarrow}
                onColumn={() => change({ cols: toggleColumn(cols, field) })}
                onStats={() => change({ field })}
              />
            ))}
          </div>
        ))}
    </div>
  );
}
