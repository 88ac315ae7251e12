import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../../../api/problem';
import {
  previewRetention,
  type Retention,
  type RetentionPreview,
  resetRetention,
  saveRetention,
} from '../../../api/system';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { Icon } from '../../../ui/Icon';
import { bytes, count } from '../../../ui/quantity';
import { SidePanel } from '../../../ui/SidePanel';
import { toast } from '../../../ui/toast';
import { useDebounced } from '../../../ui/useDebounced';
import { retentionKey } from '../useSystem';
import { draftOf, isChanged, rulesOf, withChange, withoutRule, withRule } from './draft';
import css from './RetentionEditor.module.css';
import { RuleFields } from './RuleFields';

// What a change would delete is asked when nothing was typed for so long, in ms.
const pause = 300;

interface RetentionEditorProps {
  retention: Retention;
  onClose: () => void;
}

/** Changes how long records are kept; says before what that would delete, and asks when it is something. */
export function RetentionEditor({ retention, onClose }: RetentionEditorProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(retention));
  const [asking, setAsking] = useState<'save' | 'reset' | null>(null);
  const changed = isChanged(draft, retention);
  const rules = rulesOf(draft);
  const settled = useDebounced(JSON.stringify(rules), pause);
  const preview = useQuery({
    queryKey: ['retention preview', settled],
    queryFn: ({ signal }) => previewRetention(JSON.parse(settled), signal),
    retry: false,
    staleTime: 0,
  });
  const resetPreview = useQuery({
    queryKey: ['retention preview', JSON.stringify(retention.configured)],
    queryFn: ({ signal }) => previewRetention(retention.configured, signal),
    enabled: asking === 'reset',
    retry: false,
    staleTime: 0,
  });
  const done = (text: string) => {
    void queries.invalidateQueries({ queryKey: retentionKey });
    toast(text);
    onClose();
  };
  const save = useMutation({
    mutationFn: () => saveRetention(rules),
    onSuccess: () => done(t('system.retention.saved')),
    onError: () => setAsking(null),
  });
  const reset = useMutation({
    mutationFn: resetRetention,
    onSuccess: () => done(t('system.retention.wasReset')),
    onError: () => setAsking(null),
  });
  const wrongKey = preview.error ? asProblem(preview.error).params?.key : undefined;
  const asked = asking === 'reset' ? resetPreview.data : preview.data;
  const previewed = preview.data !== undefined && settled === JSON.stringify(rules);
  const losing = (preview.data?.rows ?? 0) > 0;

  return (
    <SidePanel
      title={t('system.retention.editTitle')}
      onClose={onClose}
      foot={
        <>
          <Button
            look="primary"
            disabled={!changed || !previewed || save.isPending}
            onClick={() => (losing ? setAsking('save') : save.mutate())}
          >
            {t('system.retention.save')}
          </Button>
          {retention.source === 'console' && (
            <Button disabled={reset.isPending} onClick={() => setAsking('reset')}>
              {t('system.retention.reset')}
            </Button>
          )}
        </>
      }
    >
      <div className={css.body}>
        <p className={css.source}>{t(`system.retention.from.${retention.source}`)}</p>
        <fieldset className={css.rule} data-wrong={wrongKey?.startsWith('default') || undefined}>
          <legend>{t('system.retention.default')}</legend>
          <label>
            {t('system.retention.keep')}
            <input
              data-autofocus=""
              value={draft.retention}
              onChange={({ target }) => setDraft({ ...draft, retention: target.value })}
            />
          </label>
          <label>
            {t('system.retention.most')}
            <input
              value={draft.maxSize}
              onChange={({ target }) => setDraft({ ...draft, maxSize: target.value })}
            />
          </label>
        </fieldset>
        {draft.rules.map((rule, i) => (
          <RuleFields
            key={rule.id}
            rule={rule}
            name={t('system.retention.rule', { n: i + 1 })}
            wrong={wrongKey?.startsWith(`rules.${i}.`) ?? false}
            onChange={(change) => setDraft(withChange(draft, rule.id, change))}
            onRemove={() => setDraft(withoutRule(draft, rule.id))}
          />
        ))}
        <Button size="small" onClick={() => setDraft(withRule(draft))}>
          <Icon name="plus" size={13} /> {t('system.retention.add')}
        </Button>
        <p className={css.hint}>{t('system.retention.hint')}</p>
        {preview.error && <ErrorNotice error={preview.error} />}
        {preview.data && (
          <p className={css.preview} role="status" data-losing={losing || undefined}>
            <Loss preview={preview.data} />
          </p>
        )}
        {(save.error ?? reset.error) && <ErrorNotice error={save.error ?? reset.error} />}
      </div>
      <Dialog
        opened={asking !== null}
        onClose={() => setAsking(null)}
        title={t(asking === 'reset' ? 'system.retention.reset' : 'system.retention.askTitle')}
      >
        <p className={css.ask}>
          {asking === 'reset' && t('system.retention.askReset')} {asked && <Loss preview={asked} />}{' '}
          {asked && asked.rows > 0 && t('system.retention.askText')}
        </p>
        {asking === 'reset' && resetPreview.error && <ErrorNotice error={resetPreview.error} />}
        <div className={css.buttons}>
          <Button onClick={() => setAsking(null)} data-autofocus="">
            {t('system.retention.cancel')}
          </Button>
          {asking === 'reset' ? (
            <Button
              look="primary"
              disabled={!asked || reset.isPending}
              onClick={() => reset.mutate()}
            >
              {t('system.retention.resetNow')}
            </Button>
          ) : (
            <Button look="primary" disabled={save.isPending} onClick={() => save.mutate()}>
              {t('system.retention.delete')}
            </Button>
          )}
        </div>
      </Dialog>
    </SidePanel>
  );
}

function Loss({ preview }: { preview: RetentionPreview }) {
  const { t } = useTranslation();
  if (preview.rows === 0) return t('system.retention.losesNothing');
  const size = bytes(preview.bytes);
  const segments = t('system.retention.segments', {
    count: preview.segments,
    n: count(preview.segments),
  });
  return t('system.retention.loses', {
    n: count(preview.rows),
    size,
    segments,
    count: preview.rows,
  });
}
