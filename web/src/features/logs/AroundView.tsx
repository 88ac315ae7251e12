import { type CSSProperties, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTime } from '../../app/TimeProvider';
import { dayClock } from '../../time/clock';
import { Button } from '../../ui/Button';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Icon } from '../../ui/Icon';
import { useKeys } from '../../ui/keys';
import { usePhone } from '../../ui/media';
import { Notice } from '../../ui/Notice';
import { Segmented } from '../../ui/Segmented';
import { useHeight, useViewport } from '../../ui/useViewport';
import { offsetOf, visibleRange } from '../../ui/windowing';
import css from './AroundView.module.css';
import { type AroundPlace, parseAround } from './around';
import { noColumns, withColumns } from './columns';
import { LogRow } from './LogRow';
import { RowDetail } from './RowDetail';
import { rowLayout } from './rowLayout';
import { aroundScopes } from './search';
import { useAround } from './useAround';
import { useListColumns } from './useListColumns';
import { useListSearch } from './useListSearch';

interface AroundViewProps {
  onNarrow: (field: string, value: string, mode: 'only' | 'not') => void;
}

const overscan = 10;

/** The lines before and after the record that the URL names, over the list, which waits below as it was left. */
export default function AroundView({ onNarrow }: AroundViewProps) {
  const { t } = useTranslation();
  const [{ around = '' }, change] = useListSearch();
  const place = useMemo(() => parseAround(around), [around]);
  const close = () => change({ around: undefined, scope: undefined });
  useKeys({ escape: close });
  return (
    <section className={css.view} aria-label={t('logs.around.title')}>
      {place ? (
        <Lines key={around} place={place} onNarrow={onNarrow} onClose={close} />
      ) : (
        <Notice title={t('logs.around.gone')}>
          <Button onClick={close}>{t('logs.around.back')}</Button>
        </Notice>
      )}
    </section>
  );
}

interface LinesProps extends AroundViewProps {
  place: AroundPlace;
  onClose: () => void;
}

function Lines({ place, onNarrow, onClose }: LinesProps) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const [{ scope = 'stream' }, change] = useListSearch();
  const { found, query, records, above, older, newer } = useAround(place, scope);
  const [opened, setOpened] = useState<string>();
  const [detail, setDetail] = useState<HTMLElement | null>(null);
  const detailHeight = useHeight(detail);
  const scroller = useRef<HTMLDivElement>(null);
  const viewport = useViewport(scroller);
  const rowHeight = rowLayout(usePhone(), false).row;
  const columns = useMemo(() => withColumns(noColumns, records), [records]);
  const { fields, template } = useListColumns(columns, true);
  const openIndex = records.findIndex(({ id }) => id === opened);
  const expanded = openIndex < 0 ? null : { index: openIndex, height: detailHeight };
  const { first, last } = visibleRange(viewport, records.length, rowHeight, expanded, overscan);
  const openRecord = records[openIndex];

  // The record stays where it is on the screen when lines come above it; at first it stands in the middle.
  const shownAbove = useRef<number>(undefined);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || records.length === 0) return;
    const by = above - (shownAbove.current ?? 0);
    if (shownAbove.current === undefined || shownAbove.current === 0)
      element.scrollTop = above * rowHeight - element.clientHeight / 2;
    else if (by !== 0) element.scrollTop += by * rowHeight;
    shownAbove.current = above;
  }, [above, records.length, rowHeight]);

  const error = found.error ?? older.error ?? newer.error;
  const style = { '--log-columns': template } as CSSProperties;
  return (
    <>
      <header className={css.head}>
        <Button size="small" onClick={onClose} autoFocus>
          <Icon name="left" size={13} />
          {t('logs.around.back')}
        </Button>
        <b>{t('logs.around.title')}</b>
        <span className={css.time}>{dayClock(place.time, zone, 'milli')}</span>
        <Segmented
          label={t('logs.around.scope')}
          size="small"
          value={scope}
          options={aroundScopes.map((value) => ({ value, label: t(`logs.around.${value}`) }))}
          onChange={(next) => change({ scope: next === 'stream' ? undefined : next })}
        />
      </header>
      {error && <ErrorNotice error={error} onRetry={() => void found.refetch()} />}
      {found.data === null && <Notice title={t('logs.around.gone')} />}
      {found.data && query === null && <Notice title={t('logs.around.noScope')} />}
      <div ref={scroller} className={css.scroller} style={style}>
        {newer.more && (
          <Button size="small" look="ghost" disabled={newer.reading} onClick={newer.read}>
            {t('logs.around.newer')}
          </Button>
        )}
        <div
          role="treegrid"
          aria-label={t('logs.around.title')}
          className={css.canvas}
          style={{ height: offsetOf(records.length, rowHeight, expanded) }}
        >
          {records.slice(first, last).map((record, i) => (
            <LogRow
              key={record.id}
              record={record}
              index={first + i}
              top={offsetOf(first + i, rowHeight, expanded)}
              height={rowHeight}
              fields={fields}
              wrap={false}
              zone={zone}
              withDate
              selected={record.id === place.id}
              opened={record.id === opened}
              pattern={null}
              onToggle={(id) => setOpened(id === opened ? undefined : id)}
            />
          ))}
          {openRecord && (
            <div
              ref={setDetail}
              className={css.detail}
              style={{ transform: `translateY(${offsetOf(openIndex + 1, rowHeight, null)}px)` }}
            >
              <RowDetail record={openRecord} pattern={null} onNarrow={onNarrow} />
            </div>
          )}
        </div>
        {older.more && (
          <Button size="small" look="ghost" disabled={older.reading} onClick={older.read}>
            {t('logs.end.more')}
          </Button>
        )}
      </div>
    </>
  );
}
