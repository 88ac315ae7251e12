import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../../../api/problem';
import {
  addSavedQuery,
  changeSavedQuery,
  fetchSavedQueries,
  type SavedQuery,
  type SavedQueryText,
  savedQueriesKey,
} from '../../../api/saved';
import { Button } from '../../../ui/Button';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { toast } from '../../../ui/toast';
import css from './SavedForm.module.css';

interface SavedFormProps {
  /** What is there to be saved or changed. */
  text: SavedQueryText;
  /** The saved query that is changed; without it a new one is made. */
  of?: SavedQuery | undefined;
  /** Time range, view and columns of the page, to be saved along if wanted. */
  page?: Pick<SavedQueryText, 'from' | 'to' | 'view' | 'cols'>;
  folders: readonly string[];
  onDone: (saved: SavedQuery) => void;
  onCancel: () => void;
}

/** Name, folder and description of a saved query, and what is saved beside its text. */
export function SavedForm({ text, of, page, folders, onDone, onCancel }: SavedFormProps) {
  const { t } = useTranslation();
  const id = useId();
  const queries = useQueryClient();
  const [name, setName] = useState(text.name);
  const [folder, setFolder] = useState(text.folder ?? '');
  const [description, setDescription] = useState(text.description ?? '');
  const [withRange, setWithRange] = useState(false);
  const [withView, setWithView] = useState(false);
  // What is written over: the one that is changed, or the one that has the name.
  const save = useMutation({
    mutationFn: (over: SavedQuery | undefined) => {
      const { from, to, view, cols, ...kept } = text;
      const range = page ? (withRange ? { from: page.from, to: page.to } : {}) : { from, to };
      const seen = page ? (withView ? { view: page.view, cols: page.cols } : {}) : { view, cols };
      const all = { ...kept, name: name.trim(), folder, description, ...range, ...seen };
      const given = Object.entries(all).filter(([, value]) => value !== undefined);
      const written = Object.fromEntries(given) as SavedQueryText;
      return over ? changeSavedQuery(over, written) : addSavedQuery(written);
    },
    onSuccess: (saved) => {
      void queries.invalidateQueries({ queryKey: savedQueriesKey });
      toast(t('logs.saved.done', { name: saved.name }));
      onDone(saved);
    },
  });
  const problem = save.error ? asProblem(save.error) : null;
  const conflict = problem?.code === 'conflict' ? problem.params?.reason : undefined;
  const overwrite = async () => {
    const present = await queries.fetchQuery({
      queryKey: savedQueriesKey,
      queryFn: ({ signal }) => fetchSavedQueries(signal),
      staleTime: 0,
    });
    // As the server writes it.
    const place = folder.trim().replace(/^\/+|\/+$/g, '');
    const same = (one: SavedQuery) => one.name === name.trim() && (one.folder ?? '') === place;
    save.mutate(present.find(conflict === 'name' ? same : ({ id: known }) => known === of?.id));
  };
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(of);
      }}
    >
      <label className={css.field}>
        <span>{t('logs.saved.name')}</span>
        <input
          type="text"
          value={name}
          maxLength={100}
          required
          data-autofocus
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <label className={css.field}>
        <span>{t('logs.saved.folder')}</span>
        <input
          type="text"
          value={folder}
          maxLength={200}
          list={`${id}-folders`}
          placeholder={t('logs.saved.noFolder')}
          onChange={(event) => setFolder(event.target.value)}
        />
        <datalist id={`${id}-folders`}>
          {folders.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      </label>
      <label className={css.field}>
        <span>{t('logs.saved.description')}</span>
        <textarea
          rows={2}
          value={description}
          maxLength={2000}
          onChange={(event) => setDescription(event.target.value)}
        />
      </label>
      <code className={css.query}>{text.query}</code>
      {page && (
        <>
          <label className={css.check}>
            <input
              type="checkbox"
              checked={withRange}
              onChange={(event) => setWithRange(event.target.checked)}
            />
            {t('logs.saved.withRange')}
          </label>
          <label className={css.check}>
            <input
              type="checkbox"
              checked={withView}
              onChange={(event) => setWithView(event.target.checked)}
            />
            {t('logs.saved.withView')}
          </label>
        </>
      )}
      {conflict ? (
        <p className={css.conflict} role="alert">
          {conflict === 'name' ? t('logs.saved.taken') : t('logs.saved.stale')}
          <Button size="small" onClick={() => void overwrite()}>
            {t('logs.saved.overwrite')}
          </Button>
        </p>
      ) : (
        save.error && <ErrorNotice error={save.error} title={t('logs.saved.failed')} />
      )}
      <div className={css.buttons}>
        <Button onClick={onCancel}>{t('logs.saved.cancel')}</Button>
        <Button type="submit" look="primary" disabled={save.isPending || name.trim() === ''}>
          {t('logs.saved.save')}
        </Button>
      </div>
    </form>
  );
}
