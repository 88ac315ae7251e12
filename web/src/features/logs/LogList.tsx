import {
  type CSSProperties,
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useId,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { useTime } from '../../app/TimeProvider';
import { day } from '../../time/clock';
import { Button } from '../../ui/Button';
import { useKeys } from '../../ui/keys';
import { usePhone } from '../../ui/media';
import { useHeight, useViewport } from '../../ui/useViewport';
import { type Expanded, offsetOf, offsetsOf, scrollToShow, visibleRange } from '../../ui/windowing';
import { ListHead } from './ListHead';
import css from './LogList.module.css';
import { LogRow } from './LogRow';
import { matchPattern } from './query/matches';
import { RowDetail } from './RowDetail';
import { rowLayout, wrappedHeights } from './rowLayout';
import { mayFollow, type RowStore, type RowsSnapshot } from './rowStore';
import { TimeScrollBar } from './TimeScrollBar';
import { useListColumns } from './useListColumns';
import { useListPlace } from './useListPlace';
import { useListSearch } from './useListSearch';

/** What may be done with the list from outside. */
export interface LogListHandle {
  toTop: () => void;
}

interface LogListProps {
  rows: RowsSnapshot;
  store: RowStore;
  query: string;
  opened: string | undefined;
  onOpen: (id: string | undefined) => void;
  onNarrow: (field: string, value: string, mode: 'only' | 'not') => void;
  /** Stands between the head and the lines. */
  bar: ReactNode;
  /** The list is scrolled away from its newest rows, or back. */
  onAway: (away: boolean) => void;
  /** The list came to rest with a row of this time, in ms, at its top; undefined at its newest row. */
  onPlace: (time: number | undefined) => void;
  ref?: Ref<LogListHandle>;
}

const overscan = 12;
// More rows are asked for when this many rows or fewer are beyond the view.
const askAhead = 100;
// How long the list must rest before the URL tells its place, in ms.
const placeDelay = 400;
const skeletonWidths = [82, 64, 91, 47, 73, 58, 88, 69];

/** Lines newest first. Only those in view are drawn; one row may be open. */
export function LogList(props: LogListProps) {
  const { rows, store, query, opened, onOpen, onNarrow, onAway, onPlace, bar, ref } = props;
  const { t } = useTranslation();
  const { zone, window } = useTime();
  const phone = usePhone();
  const listId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const viewport = useViewport(scroller);
  const [cursor, setCursor] = useState<string>();
  const [detail, setDetail] = useState<HTMLElement | null>(null);
  const detailHeight = useHeight(detail);

  const { rows: list, columns } = rows;
  const withDate = day(window.start, zone) !== day(window.end, zone);
  const [{ wrap = false, roomy = false }] = useListSearch();
  const listColumns = useListColumns(columns, withDate);
  const layout = rowLayout(phone, roomy);
  const rowHeight = layout.row;
  const messageWidth = viewport.width - listColumns.taken;
  const heights = useMemo(
    () => (wrap ? offsetsOf(wrappedHeights(list, messageWidth, layout)) : rowHeight),
    [wrap, list, messageWidth, layout, rowHeight],
  );
  const openIndex = useMemo(
    () => (opened ? list.findIndex(({ id }) => id === opened) : -1),
    [list, opened],
  );
  const expanded: Expanded | null =
    openIndex >= 0 ? { index: openIndex, height: detailHeight } : null;
  const { first, last } = visibleRange(viewport, list.length, heights, expanded, overscan);
  const height = offsetOf(list.length, heights, expanded);
  const pattern = useMemo(() => matchPattern(query), [query]);

  useListPlace(scroller, rows, heights, expanded);
  const toTop = useCallback(() => scroller.current?.scrollTo({ top: 0 }), []);
  useImperativeHandle(ref, () => ({ toTop }), [toTop]);
  const away = rows.newer || viewport.scrollTop > rowHeight / 2;
  useEffect(() => onAway(away), [away, onAway]);

  const ready = rows.state === 'idle' && !rows.old && list.length > 0;
  const searched = opened !== undefined && openIndex < 0 && mayFollow(rows);
  const wantsOlder = ready && ((rows.more && last + askAhead >= list.length) || searched);
  const wantsNewer = ready && rows.newer && !wantsOlder && first < askAhead;
  useEffect(() => {
    if (wantsOlder) void store.askOlder();
    else if (wantsNewer) void store.askNewer();
  }, [wantsOlder, wantsNewer, store]);

  const inView = visibleRange(viewport, list.length, heights, expanded, 0);
  const topTime = list[inView.first]?.time ?? window.end;
  const bottomTime = list[inView.last - 1]?.time ?? window.start;
  useEffect(() => {
    if (!ready) return;
    const timer = setTimeout(() => onPlace(away ? topTime : undefined), placeDelay);
    return () => clearTimeout(timer);
  }, [ready, away, topTime, onPlace]);

  const toNewest = () => {
    toTop();
    void store.newest();
  };
  const toOldest = async () => {
    await store.oldest();
    const toEnd = () => scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
    requestAnimationFrame(toEnd);
  };
  const jump = (time: number) => {
    if (time >= window.end) return toNewest();
    if (time <= window.start) return void toOldest();
    const newest = rows.newer ? (list[0]?.time ?? window.end) : window.end;
    const oldest = rows.more ? (list.at(-1)?.time ?? window.start) : window.start;
    if (time > newest || time < oldest || rows.old) {
      toTop();
      void store.jump(time);
      return;
    }
    const index = list.findIndex((record) => record.time <= time);
    const row = index < 0 ? list.length : index;
    scroller.current?.scrollTo({ top: offsetOf(row, heights, expanded) });
  };

  // A row that the URL named is brought into view once, when it is found.
  const shown = useRef<string>(undefined);
  useEffect(() => {
    if (openIndex < 0 || shown.current === opened || !scroller.current) return;
    shown.current = opened;
    const view = { scrollTop: scroller.current.scrollTop, height: scroller.current.clientHeight };
    const top = offsetOf(openIndex, heights, null);
    const bottom = offsetOf(openIndex + 1, heights, null);
    scroller.current.scrollTo({ top: scrollToShow(top, bottom, view) });
  }, [openIndex, opened, heights]);

  const cursorIndex = cursor === undefined ? openIndex : list.findIndex(({ id }) => id === cursor);
  const move = (by: number) => {
    const next = list[Math.max(0, Math.min(list.length - 1, cursorIndex + by))];
    if (!next || !scroller.current) return;
    setCursor(next.id);
    const top = offsetOf(list.indexOf(next), heights, expanded);
    scroller.current.scrollTo({ top: scrollToShow(top, top + rowHeight, viewport) });
  };
  const toggle = (id: string) => {
    shown.current = id;
    setCursor(id);
    onOpen(id === opened ? undefined : id);
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    enter: () => {
      const id = list[cursorIndex]?.id;
      if (id === undefined) return false;
      toggle(id);
    },
  });

  const style = {
    '--log-columns': listColumns.template,
    '--log-line': `${layout.line}px`,
    '--log-pad': `${(layout.row - layout.line) / 2}px`,
  } as CSSProperties;
  return (
    <div className={css.list} style={style}>
      <ListHead columns={listColumns} rows={list} end={window.end} zone={zone} />
      {bar}
      <div className={css.view}>
        <div
          ref={scroller}
          className={css.scroller}
          role="treegrid"
          aria-label={t('logs.list')}
          aria-rowcount={rows.more || rows.newer ? -1 : list.length}
          aria-activedescendant={cursor && `row-${cursor}`}
          tabIndex={0}
          id={listId}
          onKeyDown={(event) => {
            if (event.target !== event.currentTarget) return;
            if (event.key === 'Home') toNewest();
            if (event.key === 'End') void toOldest();
            if (event.key === 'Home' || event.key === 'End') event.preventDefault();
            const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            if (!by) return;
            event.preventDefault();
            move(by);
          }}
        >
          <div className={css.canvas} style={{ height }}>
            {list.slice(first, last).map((record, i) => {
              const index = first + i;
              return (
                <LogRow
                  key={record.id}
                  record={record}
                  index={index}
                  top={offsetOf(index, heights, expanded)}
                  zone={zone}
                  height={offsetOf(index + 1, heights, null) - offsetOf(index, heights, null)}
                  fields={listColumns.fields}
                  wrap={wrap}
                  withDate={withDate}
                  selected={record.id === cursor}
                  opened={index === openIndex}
                  pattern={pattern}
                  onToggle={toggle}
                />
              );
            })}
            {expanded && list[openIndex] && (
              <div
                ref={setDetail}
                className={css.detail}
                role="row"
                style={{ transform: `translateY(${offsetOf(openIndex + 1, heights, null)}px)` }}
              >
                <div role="gridcell">
                  <RowDetail record={list[openIndex]} pattern={pattern} onNarrow={onNarrow} />
                </div>
              </div>
            )}
          </div>
          {list.length === 0 && rows.state === 'asking' && (
            <div className={css.skeleton} aria-hidden="true">
              {skeletonWidths.map((width) => (
                <i key={width} style={{ width: `${width}%` }} />
              ))}
            </div>
          )}
          {list.length > 0 && (
            <div className={css.end} role="row">
              <div role="gridcell">
                {rows.state === 'paging' ? (
                  t('logs.end.reading')
                ) : rows.more ? (
                  <Button size="small" onClick={() => void store.askOlder()}>
                    {t('logs.end.more')}
                  </Button>
                ) : (
                  t('logs.end.all')
                )}
              </div>
            </div>
          )}
        </div>
        {(away || rows.more || height > viewport.height) && list.length > 0 && (
          <TimeScrollBar
            controls={listId}
            start={window.start}
            end={window.end}
            top={topTime}
            bottom={bottomTime}
            zone={zone}
            onJump={jump}
          />
        )}
      </div>
    </div>
  );
}
