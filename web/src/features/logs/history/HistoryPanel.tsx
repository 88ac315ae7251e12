import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTime } from '../../../app/TimeProvider';
import { dayClock } from '../../../time/clock';
import { Button, IconButton } from '../../../ui/Button';
import { Empty } from '../../../ui/Empty';
import { SidePanel } from '../../../ui/SidePanel';
import { toast } from '../../../ui/toast';
import css from './HistoryPanel.module.css';
import { forgetQueries, forgetQuery, pastQueries, rememberQuery } from './history';

interface HistoryPanelProps {
  onRun: (query: string) => void;
  onClose: () => void;
}

/** The queries of this browser: search in them, run one again, forget one or all. */
export function HistoryPanel({ onRun, onClose }: HistoryPanelProps) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const [past, setPast] = useState(pastQueries);
  const [text, setText] = useState('');
  const needle = text.trim().toLowerCase();
  const shown = past.filter(({ query }) => query.toLowerCase().includes(needle));
  const clear = () => {
    const all = past;
    forgetQueries();
    setPast([]);
    toast(t('logs.history.cleared'), {
      undo: () => {
        for (const { query, at, draft } of all.toReversed()) rememberQuery(query, at, draft);
        setPast(pastQueries());
      },
    });
  };
  return (
    <SidePanel
      title={t('logs.history.title')}
      onClose={onClose}
      extra={
        past.length > 0 && (
          <Button size="small" look="ghost" onClick={clear}>
            {t('logs.history.clear')}
          </Button>
        )
      }
    >
      <div className={css.body}>
        <input
          type="search"
          className={css.search}
          value={text}
          placeholder={t('logs.history.search')}
          aria-label={t('logs.history.search')}
          data-autofocus
          onChange={(event) => setText(event.target.value)}
        />
        <ul className={css.list}>
          {shown.map(({ query, at, draft }) => (
            <li key={query} className={css.entry}>
              <button type="button" className={css.run} onClick={() => onRun(query)}>
                <code className={css.query}>{query}</code>
                <span className={css.when}>
                  {dayClock(at, zone, 'minute')}
                  {draft && <span className={css.draft}>{t('logs.history.draft')}</span>}
                </span>
              </button>
              <IconButton
                icon="close"
                iconSize={12}
                size="small"
                look="ghost"
                label={t('logs.history.forget', { query })}
                onClick={() => {
                  forgetQuery(query);
                  setPast(pastQueries());
                }}
              />
            </li>
          ))}
        </ul>
        {shown.length === 0 && (
          <Empty
            title={t('logs.history.none')}
            why={past.length > 0 ? t('logs.history.noMatch') : t('logs.history.why')}
          />
        )}
      </div>
    </SidePanel>
  );
}
