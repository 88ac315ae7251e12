import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type SavedQuery, textOf } from '../../../api/saved';
import { IconButton } from '../../../ui/Button';
import { Empty } from '../../../ui/Empty';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { Icon } from '../../../ui/Icon';
import { byFolder, foldersOf } from './folders';
import { SavedForm } from './SavedForm';
import css from './SavedTab.module.css';
import { useDeleteSaved, useRunSaved, useSavedQueries } from './useSavedQueries';

interface SavedTabProps {
  /** The saved query that was run last. */
  current: string | undefined;
}

/** The saved queries by folder: search, run, change and delete them. */
export function SavedTab({ current }: SavedTabProps) {
  const { t } = useTranslation();
  const saved = useSavedQueries();
  const run = useRunSaved();
  const remove = useDeleteSaved();
  const [text, setText] = useState('');
  const [changed, setChanged] = useState<SavedQuery | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const all = saved.data ?? [];
  const groups = byFolder(all, text);

  return (
    <section className={css.page} aria-label={t('logs.saved.title')}>
      <div className={css.body}>
        {all.length > 0 && (
          <input
            type="search"
            className={css.search}
            value={text}
            placeholder={t('logs.saved.search')}
            aria-label={t('logs.saved.search')}
            onChange={(event) => setText(event.target.value)}
          />
        )}
        {Boolean(failure) && <ErrorNotice error={failure} title={t('logs.saved.deleteFailed')} />}
        {groups.map(({ folder, queries }) => (
          <section key={folder} aria-label={folder || t('logs.saved.noFolder')}>
            <h3 className={css.folder}>
              <Icon name="folder" size={13} />
              {folder || t('logs.saved.noFolder')}
              <span className={css.many}>{queries.length}</span>
            </h3>
            <ul className={css.list}>
              {queries.map((one) => (
                <li
                  key={one.id}
                  className={css.entry}
                  aria-current={one.id === current || undefined}
                >
                  {changed?.id === one.id ? (
                    <SavedForm
                      text={textOf(one)}
                      of={one}
                      folders={foldersOf(all)}
                      onDone={() => setChanged(null)}
                      onCancel={() => setChanged(null)}
                    />
                  ) : (
                    <>
                      <button type="button" className={css.run} onClick={() => run(one)}>
                        <span className={css.name}>{one.name}</span>
                        {one.description && <span className={css.about}>{one.description}</span>}
                        <code className={css.query}>{one.query}</code>
                      </button>
                      <IconButton
                        icon="edit"
                        iconSize={13}
                        size="small"
                        look="ghost"
                        label={t('logs.saved.change', { name: one.name })}
                        onClick={() => setChanged(one)}
                      />
                      <IconButton
                        icon="trash"
                        iconSize={13}
                        size="small"
                        look="ghost"
                        label={t('logs.saved.delete', { name: one.name })}
                        onClick={() => {
                          setFailure(null);
                          remove(one).catch(setFailure);
                        }}
                      />
                    </>
                  )}
                </li>
              ))}
            </ul>
          </section>
        ))}
        {saved.isError && (
          <ErrorNotice
            error={saved.error}
            title={t('logs.saved.cannotList')}
            onRetry={() => void saved.refetch()}
          />
        )}
        {saved.isSuccess && groups.length === 0 && (
          <Empty
            title={t('logs.saved.none')}
            why={all.length > 0 ? t('logs.saved.noMatch') : t('logs.saved.why')}
          />
        )}
      </div>
    </section>
  );
}
