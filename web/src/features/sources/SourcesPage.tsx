import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Tabs } from '../../ui/Tabs';
import { AddSource } from './add/AddSource';
import { recipes } from './recipes/recipes';
import css from './SourcesPage.module.css';
import { tabs } from './search';
import { SenderDetail } from './senders/SenderDetail';
import { Senders } from './senders/Senders';
import { Streams } from './streams/Streams';
import { useSourcesSearch } from './useSourcesSearch';

/** Who sends, what it costs, what was refused, and how to bring in more. Its whole state is in the URL. */
export function SourcesPage() {
  const { t } = useTranslation();
  const [{ tab = 'senders', add, source }, change] = useSourcesSearch();
  return (
    <div className={css.page}>
      <div className={css.main}>
        <div className={css.head}>
          <Tabs
            label={t('sources.tabs.label')}
            current={tab}
            tabs={(['senders', ...tabs] as const).map((id) => ({
              id,
              label: t(`sources.tabs.${id}`),
            }))}
          />
          <Button
            look="primary"
            className={css.add ?? ''}
            onClick={() => change({ add: recipes[0]?.id, source: undefined })}
          >
            <Icon name="plus" size={14} />
            {t('sources.add.button')}
          </Button>
        </div>
        {tab === 'senders' && <Senders />}
        {tab === 'streams' && <Streams />}
      </div>
      {add ? <AddSource /> : source && <SenderDetail key={source} id={source} />}
    </div>
  );
}
