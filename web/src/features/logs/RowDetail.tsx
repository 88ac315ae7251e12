import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { fixedRange } from '../../time/range';
import { Button } from '../../ui/Button';
import { useCopy } from '../../ui/clipboard';
import { Icon } from '../../ui/Icon';
import { FieldRow } from './FieldRow';
import css from './RowDetail.module.css';
import { fieldGroups, type LogRecord } from './record';
import type { LogsSearch } from './search';
import { useDurationText } from './useDurationText';

interface RowDetailProps {
  record: LogRecord;
  onNarrow: (field: string, value: string, mode: 'only' | 'not') => void;
}

const around = 30_000;

/** Everything about one record: what to do with it, its message whole, and its fields. */
export function RowDetail({ record, onNarrow }: RowDetailProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const durationText = useDurationText();
  const [copied, copy] = useCopy();
  const [linked, copyLink] = useCopy();
  const { row, severity, time } = record;
  const { sent, ours } = fieldGroups(row);
  const received = Date.parse(row._observed ?? '');
  const delay = received - time;

  const surroundings = () =>
    void navigate({
      to: '/logs',
      search: (old) => {
        const { live: _live, ...kept } = old as LogsSearch;
        return {
          ...kept,
          ...fixedRange({ start: time - around, end: time + around }),
          q: row._stream ?? '*',
          row: record.id,
        };
      },
    });
  // The link's window ends just behind the row, so that the row is on the first page wherever it is opened.
  const link = () => {
    const url = new URL(location.href);
    const { from, to } = fixedRange({ start: time - 3_600_000, end: Math.floor(time) + 1000 });
    for (const [name, value] of [
      ['from', from],
      ['to', to],
      ['row', record.id],
    ] as const) {
      url.searchParams.set(name, value);
    }
    url.searchParams.delete('live');
    copyLink(url.toString());
  };

  return (
    <div className={css.detail} data-severity={severity}>
      <div className={css.actions}>
        {row._stream && !Number.isNaN(time) && (
          <Button size="small" onClick={surroundings}>
            {t('logs.row.around', { span: durationText(around) })}
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
      {record.message !== '' && <pre className={css.message}>{row._msg ?? record.message}</pre>}
      {[sent, ours]
        .filter((fields) => fields.length > 0)
        .map((fields) => (
          <div key={fields === ours ? 'ours' : 'sent'} className={css.fields}>
            {fields.map(([field, value]) => (
              <FieldRow key={field} field={field} value={value} onNarrow={onNarrow} />
            ))}
          </div>
        ))}
    </div>
  );
}
