import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeletionPreview } from '../../../api/deletions';
import { useTime } from '../../../app/TimeProvider';
import { dayClock, span } from '../../../time/clock';
import { Button } from '../../../ui/Button';
import { count } from '../../../ui/quantity';
import css from './DeletionForm.module.css';

interface DeletionConfirmProps {
  preview: DeletionPreview;
  busy: boolean;
  onConfirm: (reason: string) => void;
}

/** What the dry run found, and the question whether it is meant: answered by its number of records and a reason. */
export function DeletionConfirm({ preview, busy, onConfirm }: DeletionConfirmProps) {
  const { t } = useTranslation();
  const { zone, now } = useTime();
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const { rows, datasets, first, last, sample } = preview;
  if (rows === 0) {
    return (
      <p role="status" className={css.found}>
        {t('system.deletions.nothing')}
      </p>
    );
  }
  const n = count(rows);
  const meant = typed.replace(/\D/g, '') === String(rows);
  return (
    <form
      className={css.confirm}
      onSubmit={(event) => {
        event.preventDefault();
        if (meant && reason.trim() !== '') onConfirm(reason.trim());
      }}
    >
      <div role="status" className={css.found}>
        <b>{t('system.deletions.would', { count: rows, n })}</b>
        <span translate="no">
          {datasets.map((part) => `${part.dataset} ${count(part.rows)}`).join(' · ')}
        </span>
        {first && last && <span>{span(Date.parse(first), Date.parse(last), zone, now)}</span>}
      </div>
      <ul className={css.sample} aria-label={t('system.deletions.sample')} translate="no">
        {sample.map((row, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: equal rows may be among them
          <li key={i} title={row._msg}>
            <span>{row._time && dayClock(Date.parse(row._time), zone, 'second')}</span>
            {row._msg}
          </li>
        ))}
      </ul>
      <label className={css.field}>
        {t('system.deletions.reason')}
        <input value={reason} onChange={({ target }) => setReason(target.value)} />
      </label>
      <label className={css.field}>
        {t('system.deletions.type', { n })}
        <input
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      </label>
      <p className={css.hint}>{t('system.deletions.forGood')}</p>
      <Button type="submit" look="primary" disabled={!meant || reason.trim() === '' || busy}>
        {t('system.deletions.delete', { count: rows, n })}
      </Button>
    </form>
  );
}
