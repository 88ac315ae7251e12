import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../ui/Button';
import { useKeys } from '../../ui/keys';
import { Menu, MenuDivider, MenuItem, MenuLabel } from '../../ui/Menu';
import css from './ColumnsMenu.module.css';
import { usualFields } from './columns';
import type { LogRecord } from './record';
import type { ListColumns } from './useListColumns';
import { useListSearch } from './useListSearch';

const HighlightsDialog = lazy(() =>
  import('./highlights/HighlightsDialog').then(({ HighlightsDialog }) => ({
    default: HighlightsDialog,
  })),
);

// Fields are gathered from so many rows.
const lookedAt = 200;

/** How lines are shown: which columns, wrapped or cut, high or low, and which are highlighted. */
export function ColumnsMenu({
  columns,
  rows,
}: {
  columns: ListColumns;
  rows: readonly LogRecord[];
}) {
  const { t } = useTranslation();
  const [{ wrap, roomy, cols }, change] = useListSearch();
  const { fields, arrange } = columns;
  const [highlighting, setHighlighting] = useState(false);
  useKeys({ h: () => setHighlighting(true) });
  const offered = useMemo(() => {
    const names = new Set([...usualFields, ...fields]);
    const found = rows.slice(0, lookedAt).flatMap(({ row }) => Object.keys(row));
    for (const name of [...new Set(found)].sort()) {
      if (name !== '_msg' && name !== '_time') names.add(name);
    }
    return [...names];
  }, [rows, fields]);
  const toggle = (field: string) =>
    arrange(fields.includes(field) ? fields.filter((f) => f !== field) : [...fields, field]);
  return (
    <span className={css.menu}>
      <Menu
        target={
          <IconButton
            icon="columns"
            iconSize={14}
            look="ghost"
            size="small"
            label={t('logs.columns.menu')}
          />
        }
      >
        <MenuItem
          icon="wrap"
          checked={wrap === true}
          onClick={() => change({ wrap: wrap ? undefined : true })}
        >
          {t('logs.columns.wrap')}
        </MenuItem>
        <MenuItem
          icon="expand"
          checked={roomy === true}
          onClick={() => change({ roomy: roomy ? undefined : true })}
        >
          {t('logs.columns.roomy')}
        </MenuItem>
        <MenuItem icon="edit" onClick={() => setHighlighting(true)}>
          {t('logs.highlights.open')}
        </MenuItem>
        <MenuItem icon="refresh" disabled={cols === undefined} onClick={() => arrange(undefined)}>
          {t('logs.columns.usual')}
        </MenuItem>
        <MenuDivider />
        <MenuLabel>{t('logs.columns.title')}</MenuLabel>
        {/* biome-ignore lint/a11y/useSemanticElements: a menu holds groups, not fieldsets */}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <div className={css.fields} role="group" aria-label={t('logs.columns.title')} tabIndex={0}>
          {offered.map((field) => (
            <MenuItem key={field} checked={fields.includes(field)} onClick={() => toggle(field)}>
              <span translate="no">{field}</span>
            </MenuItem>
          ))}
        </div>
      </Menu>
      {highlighting && (
        <Suspense>
          <HighlightsDialog onClose={() => setHighlighting(false)} />
        </Suspense>
      )}
    </span>
  );
}
