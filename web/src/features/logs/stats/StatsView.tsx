import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Row } from '../../../api/rows';
import { useTime } from '../../../app/TimeProvider';
import { chartImage } from '../../../chart/chartImage';
import { span } from '../../../time/clock';
import type { TimeWindow } from '../../../time/range';
import { zoneName } from '../../../time/zone';
import { Button } from '../../../ui/Button';
import { useCopy } from '../../../ui/clipboard';
import { downloadBlob, fileName } from '../../../ui/download';
import { Icon } from '../../../ui/Icon';
import { Notice } from '../../../ui/Notice';
import { count } from '../../../ui/quantity';
import { Segmented } from '../../../ui/Segmented';
import type { LogsSearch } from '../search';
import type { ChartHandle } from './chartHandle';
import { toCSV } from './csv';
import { StatsBars } from './StatsBars';
import { StatsChart } from './StatsChart';
import { StatsNumber } from './StatsNumber';
import { StatsTable } from './StatsTable';
import css from './StatsView.module.css';
import { barSeries, timeSeries } from './series';
import { isAdditive, shapeOf } from './shape';
import { columnsOf, fittingView, numberOf, readSort, sortRows, tableOf } from './table';
import { readUnits, writeUnits } from './units';

/** What the view keeps in the URL. */
export type StatsSearch = Pick<LogsSearch, 'view' | 'kind' | 'unit' | 'sort'>;

interface StatsViewProps {
  rows: readonly Row[];
  query: string;
  window: TimeWindow;
  search: StatsSearch;
  onChange: (search: StatsSearch) => void;
  onNarrow: (field: string, value: string, mode: 'only' | 'not') => void;
  onZoom: (start: number, end: number) => void;
  onBack: () => void;
}

const mostBars = 30;

/** What the pipes of a query answered: as a table, a chart or a number, whichever fits or was chosen. */
export default function StatsView(props: StatsViewProps) {
  const { rows, query, window, search, onChange, onNarrow, onZoom, onBack } = props;
  const { t } = useTranslation();
  const { zone, now } = useTime();
  const [copied, copy] = useCopy();
  const chart = useRef<ChartHandle>(null);
  const shape = useMemo(() => shapeOf(query), [query]);
  const table = useMemo(
    () => tableOf(rows, shape, readUnits(search.unit)),
    [rows, shape, search.unit],
  );
  const fitting = fittingView(table);
  const view = search.view && search.view !== 'lines' ? search.view : fitting;
  const timed = columnsOf(table, 'time').length > 0;
  const data = useMemo(
    () => (timed ? timeSeries(table, shape) : barSeries(table, shape, mostBars)),
    [timed, table, shape],
  );
  const [value] = columnsOf(table, 'value');
  const labels = columnsOf(table, 'label');
  const stackable = columnsOf(table, 'value').every(({ name }) => isAdditive(shape, name));
  const look = search.kind ?? (stackable ? 'bars' : 'lines');
  const note = `${value?.name ?? ''} · ${span(window.start, window.end, zone, now)} ${zoneName(window.end, zone)}`;

  const savePicture = async () => {
    const image = chart.current?.image(query);
    if (image) downloadBlob(await chartImage(image.element, image), fileName('chart', now, 'png'));
  };
  const saveTable = () => {
    const names = table.columns.map(({ name }) => name);
    const text = toCSV(names, sortRows(table, readSort(search.sort)));
    downloadBlob(
      new Blob([text], { type: 'text/csv;charset=utf-8' }),
      fileName('table', now, 'csv'),
    );
  };
  return (
    <div className={css.view}>
      <div className={css.bar}>
        <Segmented
          label={t('logs.stats.view')}
          size="small"
          value={view}
          options={[
            { value: 'table', label: t('logs.stats.table') },
            { value: 'chart', label: t('logs.stats.chart') },
            { value: 'number', label: t('logs.stats.number') },
          ]}
          onChange={(next) => onChange({ view: next === fitting ? undefined : next })}
        />
        {view === 'chart' && timed && (
          <Segmented
            label={t('logs.stats.kind')}
            size="small"
            value={look}
            options={[
              { value: 'bars', label: t('logs.stats.bars') },
              { value: 'lines', label: t('logs.stats.lines') },
            ]}
            onChange={(kind) => onChange({ kind })}
          />
        )}
        <button
          type="button"
          className={css.query}
          title={query}
          aria-label={t('logs.stats.copyQuery')}
          onClick={() => copy(query)}
        >
          <code>{copied === 'idle' ? query : t(`copy.${copied}`)}</code>
        </button>
        <span className={css.rows}>
          {t('logs.stats.rows', { count: rows.length, n: count(rows.length) })}
        </span>
        {view !== 'table' && value && (
          <Button size="small" look="ghost" onClick={() => void savePicture()}>
            <Icon name="download" size={12} />
            <span translate="no">{'PNG'}</span>
          </Button>
        )}
        <Button size="small" look="ghost" onClick={saveTable}>
          <Icon name="download" size={12} />
          <span translate="no">{'CSV'}</span>
        </Button>
      </div>
      {view === 'table' ? (
        <StatsTable
          table={table}
          by={shape.by}
          sort={search.sort}
          onSort={(sort) => onChange({ sort })}
          onUnit={(column, unit) =>
            onChange({ unit: writeUnits(new Map(readUnits(search.unit)).set(column, unit)) })
          }
          onNarrow={onNarrow}
          onMoment={(start) => onZoom(start, start + data.step)}
        />
      ) : !value || rows.length === 0 ? (
        <Notice title={t('logs.stats.noNumber')} text={t('logs.stats.noNumberText')} />
      ) : view === 'number' ? (
        <StatsNumber
          ref={chart}
          query={query}
          window={window}
          column={value}
          value={rows[0] ? numberOf(rows[0], value.name) : Number.NaN}
          onZoom={onZoom}
          onBack={onBack}
        />
      ) : timed ? (
        <StatsChart
          ref={chart}
          data={data}
          unit={value.unit}
          look={look}
          window={window}
          onZoom={onZoom}
          onBack={onBack}
        />
      ) : (
        <StatsBars
          ref={chart}
          data={data}
          unit={value.unit}
          field={
            labels.length === 1 && shape.by.includes(labels[0]?.name ?? '')
              ? labels[0]?.name
              : undefined
          }
          note={note}
          onNarrow={onNarrow}
        />
      )}
    </div>
  );
}
