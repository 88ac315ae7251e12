import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type DeletionWish, previewDeletion, startDeletion } from '../../../api/deletions';
import { useTime } from '../../../app/TimeProvider';
import { span } from '../../../time/clock';
import { zoneName } from '../../../time/zone';
import { Button } from '../../../ui/Button';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { Segmented } from '../../../ui/Segmented';
import { SidePanel } from '../../../ui/SidePanel';
import { toast } from '../../../ui/toast';
import { DeletionConfirm } from './DeletionConfirm';
import css from './DeletionForm.module.css';
import { deletionsKey } from './deletionsKey';

/** Prepares a deletion: which records, a dry run that counts and shows them, and only then the deletion itself. */
export function DeletionForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { window, zone, now } = useTime();
  const queries = useQueryClient();
  const [query, setQuery] = useState('');
  const [times, setTimes] = useState<'range' | 'all'>('range');
  const preview = useMutation({ mutationFn: previewDeletion });
  const start = useMutation({
    mutationFn: ({ wish, reason }: { wish: DeletionWish; reason: string }) =>
      startDeletion(wish, reason),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: deletionsKey });
      toast(t('system.deletions.begun'));
      onClose();
    },
  });
  const wish: DeletionWish =
    times === 'all'
      ? { query, all_time: true }
      : {
          query,
          start: new Date(window.start).toISOString(),
          end: new Date(window.end).toISOString(),
        };
  // What was counted is what is deleted: another wish must be counted first.
  const forget = () => {
    preview.reset();
    start.reset();
  };
  return (
    <SidePanel title={t('system.deletions.begin')} onClose={onClose}>
      <form
        className={css.body}
        onSubmit={(event) => {
          event.preventDefault();
          preview.mutate(wish);
        }}
      >
        <p className={css.hint}>{t('system.deletions.hint')}</p>
        <label className={css.field}>
          {t('system.deletions.which')}
          <textarea
            className={css.query}
            data-autofocus=""
            rows={2}
            spellCheck={false}
            value={query}
            placeholder={'{host.name="web-1"} password'}
            translate="no"
            onChange={({ target }) => {
              setQuery(target.value);
              forget();
            }}
          />
        </label>
        <Segmented
          label={t('system.deletions.times')}
          value={times}
          options={[
            { value: 'range', label: t('system.deletions.range') },
            { value: 'all', label: t('system.deletions.all') },
          ]}
          onChange={(chosen) => {
            setTimes(chosen);
            forget();
          }}
        />
        {times === 'range' && (
          <p className={css.hint}>
            {`${span(window.start, window.end, zone, now)} ${zoneName(window.end, zone)}`}
          </p>
        )}
        <Button type="submit" disabled={query.trim() === '' || preview.isPending}>
          {t(preview.isPending ? 'system.deletions.counting' : 'system.deletions.count')}
        </Button>
        {preview.error && <ErrorNotice error={preview.error} />}
      </form>
      {preview.data && (
        <DeletionConfirm
          preview={preview.data}
          busy={start.isPending}
          onConfirm={(reason) => start.mutate({ wish: preview.variables, reason })}
        />
      )}
      {start.error && <ErrorNotice error={start.error} title={t('system.deletions.notBegun')} />}
    </SidePanel>
  );
}
