import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTime } from '../../../app/TimeProvider';
import { Button } from '../../../ui/Button';
import { Icon } from '../../../ui/Icon';
import { Segmented } from '../../../ui/Segmented';
import { SidePanel } from '../../../ui/SidePanel';
import { shownFields } from '../columns';
import { splitPipes } from '../query/edit';
import css from './ExportPanel.module.css';
import { beginExport, type ExportFormat, exportFormats } from './exports';

const usualLimit = 10_000;

/** Chooses the format, columns and number of rows of a download of what the page shows. */
export function ExportPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { q = '*', cols } = useSearch({ from: '/logs' });
  const { window } = useTime();
  const [format, setFormat] = useState<ExportFormat>('csv');
  const [columns, setColumns] = useState<'shown' | 'all'>('shown');
  const [rows, setRows] = useState<'all' | 'limit'>('all');
  const [limit, setLimit] = useState(String(usualLimit));
  // What pipes make has columns of its own.
  const piped = splitPipes(q).pipes !== '';
  const shown = ['_time', ...shownFields(cols), '_msg'];
  const most = rows === 'limit' ? Number(limit) : 0;
  const valid = rows === 'all' || (Number.isInteger(most) && most > 0);
  const choosable = format !== 'plain' && !piped;
  const start = () => {
    const chosen = columns === 'shown' ? [...new Set(shown)] : ['*'];
    const fields = choosable ? chosen : [];
    beginExport({ query: q, ...window, format, fields, limit: most });
    onClose();
  };
  return (
    <SidePanel
      title={t('logs.export.title')}
      onClose={onClose}
      foot={
        <Button look="primary" disabled={!valid} onClick={start}>
          <Icon name="download" size={14} />
          {t('logs.export.start')}
        </Button>
      }
    >
      <div className={css.body}>
        <code className={css.query}>{q}</code>
        <div className={css.choice}>
          <span>{t('logs.export.format')}</span>
          <Segmented
            label={t('logs.export.format')}
            value={format}
            options={exportFormats.map((value) => ({
              value,
              label: t(`logs.export.formats.${value}`),
            }))}
            onChange={setFormat}
          />
        </div>
        {choosable && (
          <div className={css.choice}>
            <span>{t('logs.export.columns')}</span>
            <Segmented
              label={t('logs.export.columns')}
              value={columns}
              options={[
                { value: 'shown', label: t('logs.export.shown') },
                { value: 'all', label: t('logs.export.all') },
              ]}
              onChange={setColumns}
            />
          </div>
        )}
        <div className={css.choice}>
          <span>{t('logs.export.rows')}</span>
          <Segmented
            label={t('logs.export.rows')}
            value={rows}
            options={[
              { value: 'all', label: t('logs.export.allRows') },
              { value: 'limit', label: t('logs.export.limit') },
            ]}
            onChange={setRows}
          />
          {rows === 'limit' && (
            <input
              type="number"
              min={1}
              className={css.number}
              value={limit}
              aria-label={t('logs.export.limit')}
              aria-invalid={!valid}
              onChange={(event) => setLimit(event.target.value)}
            />
          )}
        </div>
        <p className={css.note}>{t('logs.export.note')}</p>
      </div>
    </SidePanel>
  );
}
