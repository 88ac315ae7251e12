import { useTranslation } from 'react-i18next';
import { AnswerState } from '../../app/AnswerState';
import { Denied } from '../../app/Denied';
import { useMe } from '../../app/me';
import css from '../../ui/page.module.css';
import { Tabs } from '../../ui/Tabs';
import { Config } from './config/Config';
import { DeletionForm } from './deletions/DeletionForm';
import { Deletions } from './deletions/Deletions';
import { OwnLog } from './log/OwnLog';
import { Overview } from './overview/Overview';
import { RunningQueries } from './queries/RunningQueries';
import { RetentionEditor } from './retention/RetentionEditor';
import { type Part, partNeeds, parts } from './search';
import { useRetention, useSystem } from './useSystem';
import { useSystemSearch } from './useSystemSearch';

/** How Haetae itself is. Its whole state is in the URL. */
export function SystemPage() {
  const { t } = useTranslation();
  const [{ part = 'overview', edit, erase }, change] = useSystemSearch();
  const answer = useSystem();
  const system = answer.data;
  const { data: retention } = useRetention();
  const { may } = useMe();
  const missing = (one: Part) => {
    const needed = partNeeds[one];
    return needed && !may(needed) ? needed : undefined;
  };
  const refused = part === 'overview' ? undefined : missing(part);
  return (
    <div className={css.page}>
      <div className={css.main}>
        <Tabs
          label={t('system.tabs.label')}
          param="part"
          current={part}
          tabs={(['overview', ...parts.filter((one) => !missing(one))] as const).map((id) => ({
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
          {refused && <Denied needs={[refused]} />}
          {part === 'deletions' && !refused && <Deletions />}
          {system && part === 'log' && <OwnLog query={system.own_log_query} />}
          {part === 'config' && !refused && <Config system={system} />}
        </div>
      </div>
      {edit && retention && may('settings') && (
        <RetentionEditor retention={retention} onClose={() => change({ edit: undefined })} />
      )}
      {erase && may('delete') && <DeletionForm onClose={() => change({ erase: undefined })} />}
    </div>
  );
}
