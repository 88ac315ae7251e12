import { type DragEvent, type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { zoneName } from '../../time/zone';
import { Menu, MenuItem } from '../../ui/Menu';
import { ColumnsMenu } from './ColumnsMenu';
import { moveColumn } from './columns';
import css from './ListHead.module.css';
import type { LogRecord } from './record';
import type { ListColumns } from './useListColumns';
import { useListSearch } from './useListSearch';

interface ListHeadProps {
  columns: ListColumns;
  rows: readonly LogRecord[];
  /** End of the window of time, in ms: the zone of its moment is the list's. */
  end: number;
  zone: string;
}

const step = 10; // px that a column grows or shrinks with a key
const usualNames: Readonly<Record<string, 'level' | 'host' | 'service'>> = {
  _severity: 'level',
  'host.name': 'host',
  'service.name': 'service',
};

/** The names of the columns: drag one to move it, its edge to resize it; its menu does the same for the keyboard. */
export function ListHead({ columns, rows, end, zone }: ListHeadProps) {
  const { t } = useTranslation();
  const [, change] = useListSearch();
  const dragged = useRef<string>(undefined);
  const { fields, widths, arrange, resize } = columns;
  const nameOf = (field: string) => {
    const usual = usualNames[field];
    return usual ? t(`logs.columns.${usual}`) : field;
  };
  const move = (field: string, to: number) => arrange(moveColumn(fields, field, to));
  const drop = (event: DragEvent, index: number) => {
    if (dragged.current === undefined) return;
    event.preventDefault();
    move(dragged.current, index);
    dragged.current = undefined;
  };

  return (
    <div className={css.head}>
      <i />
      <span className={css.name}>{`${t('logs.columns.time')} ${zoneName(end, zone)} ↓`}</span>
      {fields.map((field, index) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same by its menu and keys
        <span
          key={field}
          className={css.column}
          draggable
          onDragStart={(event) => {
            dragged.current = field;
            event.dataTransfer.setData('text/plain', field);
          }}
          onDragOver={(event) => {
            if (dragged.current !== undefined) event.preventDefault();
          }}
          onDrop={(event) => drop(event, index)}
        >
          <Menu
            position="bottom-start"
            target={
              <button
                type="button"
                className={css.name}
                title={field}
                data-column={field}
                aria-label={t('logs.columns.menuOf', { column: nameOf(field) })}
                onKeyDown={(event) => {
                  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
                  if (by && event.shiftKey) move(field, index + by);
                }}
              >
                {nameOf(field)}
              </button>
            }
          >
            <MenuItem icon="left" disabled={index === 0} onClick={() => move(field, index - 1)}>
              {t('logs.columns.left')}
            </MenuItem>
            <MenuItem
              icon="right"
              disabled={index === fields.length - 1}
              onClick={() => move(field, index + 1)}
            >
              {t('logs.columns.right')}
            </MenuItem>
            <MenuItem icon="number" onClick={() => change({ field })}>
              {t('logs.facets.stats')}
            </MenuItem>
            <MenuItem icon="close" onClick={() => arrange(fields.filter((name) => name !== field))}>
              {t('logs.columns.remove')}
            </MenuItem>
          </Menu>
          <Edge
            label={t('logs.columns.widthOf', { column: nameOf(field) })}
            width={widths[index] ?? 0}
            onResize={(width) => resize(field, width)}
          />
        </span>
      ))}
      <span className={css.name}>{t('logs.columns.message')}</span>
      <ColumnsMenu columns={columns} rows={rows} />
    </div>
  );
}

interface EdgeProps {
  label: string;
  width: number;
  onResize: (width: number) => void;
}

/** The right edge of a column, which changes its width. */
function Edge({ label, width, onResize }: EdgeProps) {
  const from = useRef<number>(undefined);
  const press = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -step, ArrowRight: step }[event.key];
    if (!by) return;
    event.preventDefault();
    onResize(width + by);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: an hr takes neither a value nor keys
    <span
      className={css.edge}
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      draggable
      onDragStart={(event) => {
        // The edge lies in a column that can be dragged.
        event.preventDefault();
        event.stopPropagation();
      }}
      onKeyDown={press}
      onPointerDown={(event: PointerEvent<HTMLElement>) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = event.clientX - width;
      }}
      onPointerMove={(event) => {
        if (from.current !== undefined) onResize(event.clientX - from.current);
      }}
      onPointerUp={() => {
        from.current = undefined;
      }}
    />
  );
}
