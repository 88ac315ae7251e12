import { useTranslation } from 'react-i18next';
import { isRelative } from '../time/range';
import { Icon } from '../ui/Icon';
import { Menu, MenuItem, MenuLabel } from '../ui/Menu';
import { refreshLengths } from './search';
import { useTime } from './TimeProvider';
import css from './TimeRangeControl.module.css';

/** Reads everything on the page again, once or every so often. */
export function RefreshControl() {
  const { t } = useTranslation();
  const { range, refresh, refreshEvery, setRefreshEvery } = useTime();
  const moves = isRelative(range);
  const every = moves ? refreshEvery : undefined;
  return (
    <div className={css.control}>
      <button
        type="button"
        className={css.again}
        aria-label={t('refresh.now')}
        title={t('refresh.now')}
        onClick={refresh}
      >
        <Icon name="refresh" size={14} />
      </button>
      <Menu
        target={
          <button
            type="button"
            className={css.every}
            aria-label={
              every
                ? t('refresh.everyLength', { length: t(`refresh.${every}`) })
                : t('refresh.every')
            }
            title={t('refresh.every')}
          >
            {every && <span>{t(`refresh.${every}`)}</span>}
            <Icon name="down" size={12} />
          </button>
        }
      >
        <MenuLabel>{moves ? t('refresh.every') : t('refresh.past')}</MenuLabel>
        <MenuItem checked={!every} onClick={() => setRefreshEvery(undefined)}>
          {t('refresh.off')}
        </MenuItem>
        {refreshLengths.map((length) => (
          <MenuItem
            key={length}
            checked={length === every}
            disabled={!moves}
            onClick={() => setRefreshEvery(length)}
          >
            {t(`refresh.${length}`)}
          </MenuItem>
        ))}
      </Menu>
    </div>
  );
}
