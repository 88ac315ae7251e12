import { type Ref, useDeferredValue } from 'react';
import { useTranslation } from 'react-i18next';
import type { Source } from '../../../api/sources';
import { Button } from '../../../ui/Button';
import { Icon } from '../../../ui/Icon';
import { Menu, MenuItem } from '../../../ui/Menu';
import { count } from '../../../ui/quantity';
import { Segmented } from '../../../ui/Segmented';
import { shows } from '../search';
import { useSourcesSearch } from '../useSourcesSearch';
import css from './Senders.module.css';
import { choose } from './senders';

interface SenderFiltersProps {
  sources: readonly Source[];
  finder: Ref<HTMLInputElement>;
}

/** Chooses which senders the list shows. */
export function SenderFilters({ sources, finder }: SenderFiltersProps) {
  const { t } = useTranslation();
  const [{ show, input, find }, change] = useSourcesSearch();
  const counted = useDeferredValue(sources);
  const inputs = [...new Set(sources.map((source) => source.input))].toSorted();
  return (
    <div className={css.filters}>
      <Segmented
        label={t('sources.filter.label')}
        size="small"
        value={show ?? 'all'}
        options={(['all', ...shows] as const).map((value) => ({
          value,
          label: `${t(`sources.filter.${value}`)} ${count(
            choose(counted, { show: value === 'all' ? undefined : value }).length,
          )}`,
        }))}
        onChange={(value) => change({ show: value === 'all' ? undefined : value })}
      />
      <Menu
        position="bottom-start"
        target={
          <Button size="small" data-active={input !== undefined || undefined}>
            <Icon name="filter" size={12} />
            {input ? <span translate="no">{input}</span> : t('sources.filter.input')}
          </Button>
        }
      >
        <MenuItem checked={!input} onClick={() => change({ input: undefined })}>
          {t('sources.filter.every')}
        </MenuItem>
        {inputs.map((one) => (
          <MenuItem key={one} checked={one === input} onClick={() => change({ input: one })}>
            <span translate="no">{one}</span>
          </MenuItem>
        ))}
      </Menu>
      <input
        ref={finder}
        type="search"
        className={css.find}
        value={find ?? ''}
        placeholder={t('sources.filter.find')}
        aria-label={t('sources.filter.find')}
        onChange={({ target }) => change({ find: target.value || undefined }, true)}
      />
    </div>
  );
}
