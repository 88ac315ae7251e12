import { useMemo } from 'react';
import { usePhone } from '../../ui/media';
import { type Columns, colsOf, shownFields, useColumnWidths, usualWidth } from './columns';
import { useListSearch } from './useListSearch';

/** The columns of the list before the message, and what can be done with them. */
export interface ListColumns {
  fields: readonly string[];
  /** Their widths in px, in the same order. */
  widths: readonly number[];
  /** Width of all but the message, the gaps too, in px. */
  taken: number;
  /** Value of `grid-template-columns` for the head and the rows. */
  template: string;
  arrange: (fields: readonly string[] | undefined) => void;
  resize: (field: string, width: number) => void;
}

const gap = 9;
const gutter = 3;
const edge = 16;
const times = { plain: 94, withDate: 138 };

/** Returns the list's columns as the URL and this browser have them. */
export function useListColumns(columns: Columns, withDate: boolean): ListColumns {
  const [{ cols }, change] = useListSearch();
  const [changed, resize] = useColumnWidths();
  const phone = usePhone();
  return useMemo(() => {
    const shown = shownFields(cols, columns);
    // A phone's upper line has no room for a service that nobody asked for.
    const fields =
      phone && cols === undefined ? shown.filter((name) => name !== 'service.name') : shown;
    const widths = fields.map((field) => changed[field] ?? usualWidth(field, columns));
    const time = withDate ? times.withDate : times.plain;
    const all = [gutter, time, ...widths];
    const narrow = fields.map((field) => (field === '_severity' ? '44px' : 'minmax(0, 1fr)'));
    return {
      fields,
      widths,
      taken: phone ? gutter + gap + edge : all.reduce((sum, width) => sum + width + gap, edge),
      template: phone
        ? `${gutter}px auto ${narrow.join(' ') || 'minmax(0, 1fr)'}`
        : `${all.map((width) => `${width}px`).join(' ')} minmax(0, 1fr)`,
      arrange: (next) => change({ cols: next && colsOf(next) }),
      resize,
    };
  }, [cols, columns, changed, phone, withDate, change, resize]);
}
