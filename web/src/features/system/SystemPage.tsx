import { useTranslation } from 'react-i18next';
import { AnswerState } from '../../app/AnswerState';
import { Tabs } from '../../ui/Tabs';
import { Config } from './config/Config';
import { DeletionForm } from './deletions/DeletionForm';
import { Deletions } from './deletions/Deletions';
import { OwnLog } from './log/OwnLog';
import { Overview } from './overview/Overview';
import { RunningQueries } from './queries/RunningQueries';
import { RetentionEditor } from './retention/RetentionEditor';
import css from './SystemPage.module.css';
import { parts } from './search';
import { useRetention, useSystem } from './useSystem';
import { useSystemSearch } from './useSystemSearch';

/** How Haetae itself is. Its whole state is in the URL. */
export function SystemPage() {
  const { t } = useTranslation();
  const [{ part = 'overview', edit, erase }, change] = useSystemSearch();
  const answer = useSystem();
  const system = answer.data;
  const { data: retention } = useRetention();
  return (
    <div className={css.page}>
      <div className={css.main}>
        <Tabs
          label={t('system.tabs.label')}
          param="part"
          current={part}
          tabs={(['overview', ...parts] as const).map((id) => ({
            id,
            label: t(`system.tabs.${id}`),
          }))}
        />
        <div className={css.scroller}>
          {(part === 'overview' || (part === 'log' && !system)) && (
            <AnswerState
              answer={answer}
              failed={t('system.failed')}
              stillWorks={t('system.stillWorks')}
            />
          )}
          {system && part === 'overview' && <Overview system={system} />}
          {part === 'queries' && <RunningQueries />}
          {part === 'deletions' && <Deletions />}
          {system && part === 'log' && <OwnLog query={system.own_log_query} />}
          {part === 'config' && <Config system={system} />}
        </div>
      </div>
      {edit && retention && (
        <RetentionEditor retention={retention} onClose={() => change({ edit: undefined })} />
      )}
      {erase && <DeletionForm onClose={() => change({ erase: undefined })} />}
    </div>
  );
}
