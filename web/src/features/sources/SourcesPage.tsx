import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { usePhone } from '../../ui/media';
import page from '../../ui/page.module.css';
import { Tabs } from '../../ui/Tabs';
import { AddSource } from './add/AddSource';
import { LetterDetail } from './letters/LetterDetail';
import { Letters } from './letters/Letters';
import { recipes } from './recipes/recipes';
import { Rules } from './rules/Rules';
import { TryLine } from './rules/TryLine';
import css from './SourcesPage.module.css';
import { tabs } from './search';
import { SenderDetail } from './senders/SenderDetail';
import { Senders } from './senders/Senders';
import { Streams } from './streams/Streams';
import { useSourcesSearch } from './useSourcesSearch';

/** Who sends, what it costs, what was refused, and how to bring in more. Its whole state is in the URL. */
export function SourcesPage() {
  const { t } = useTranslation();
  const [{ tab = 'senders', add, source, letter }, change] = useSourcesSearch();
  const phone = usePhone();
  const begin = () => change({ add: recipes[0]?.id, source: undefined, letter: undefined });
  return (
    <div className={page.page}>
      <div className={page.main}>
        <div className={css.head}>
          <Tabs
            label={t('sources.tabs.label')}
            current={tab}
            tabs={(['senders', ...tabs] as const).map((id) => ({
              id,
              label: t(`sources.tabs.${id}`),
            }))}
          />
          {phone ? (
            <IconButton
              look="primary"
              icon="plus"
              label={t('sources.add.button')}
              className={css.add ?? ''}
              onClick={begin}
            />
          ) : (
            <Button look="primary" className={css.add ?? ''} onClick={begin}>
              <Icon name="plus" size={14} />
              {t('sources.add.button')}
            </Button>
          )}
        </div>
        {tab === 'senders' && <Senders />}
        {tab === 'streams' && <Streams />}
        {tab === 'letters' && <Letters />}
        {tab === 'try' && <TryLine />}
        {tab === 'rules' && <Rules />}
      </div>
      {add ? (
        <AddSource />
      ) : source ? (
        <SenderDetail key={source} id={source} />
      ) : (
        letter && <LetterDetail key={letter} address={letter} />
      )}
    </div>
  );
}
