import { useNavigate, useRouterState, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTime } from '../../app/TimeProvider';
import { defaultRange, fixedRange, isRelative, stepFor } from '../../time/range';
import { useKeys } from '../../ui/keys';
import { usePhone } from '../../ui/media';
import { useEver } from '../../ui/useEver';
import css from './Explore.module.css';
import { Facets } from './Facets';
import { FieldStats } from './FieldStats';
import { HistogramPanel } from './HistogramPanel';
import { defaultBy } from './histogram';
import { LiveButton } from './LiveButton';
import { LogsPanels } from './LogsPanels';
import { PhoneBar } from './PhoneBar';
import { filterOf, splitPipes, withTerm } from './query/edit';
import type { QueryLineHandle } from './query/QueryLine';
import { QueryZone } from './query/QueryZone';
import { Results, type ResultsHandle } from './Results';
import { areLines } from './record';
import type { LogsSearch } from './search';
import { focusedTerm } from './terms';
import { useLiveTail } from './useLiveTail';
import { useLogsKeyHelp } from './useLogsKeyHelp';
import { useRows } from './useRows';
import { useFacets, useHistogram, useMovingWindow, usePast } from './useSelectionQueries';

// Most searches are for lines.
const StatsView = lazy(() => import('./stats/StatsView'));
const Sheet = lazy(() => import('../../ui/Sheet'));
const AroundView = lazy(() => import('./AroundView'));

const bars = { desktop: 120, phone: 60 };
// How often facets follow the clock while rows flow in, in ms.
const facetsRefresh = 15_000;
// What takes the place of a zoomed page is zoomed too.
const keepState = { state: true } as const;

/** Search, look, narrow down, follow. Its whole state is in the URL. */
export function Explore() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/logs' });
  const { live = false, row, by = defaultBy, vs, at } = search;
  const q = search.q || '*';
  const { range, window, now, zone, refresh, setRange } = useTime();
  const navigate = useNavigate();
  const zoomed = useRouterState({ select: ({ location }) => location.state.zoomed === true });
  const phone = usePhone();
  const queryLine = useRef<QueryLineHandle>(null);
  const results = useRef<ResultsHandle>(null);
  const [held, setHeld] = useState(false);
  const [facetsShown, setFacetsShown] = useState(!phone);
  const sheet = useEver(phone && facetsShown);

  const filter = filterOf(q);
  const [rows, store] = useRows(q, window.start, window.end, now, at ? Date.parse(at) : undefined);
  const tail = useLiveTail(q, live, {
    onOpen: refresh,
    onRows: (arrived) => store.arrive(arrived, held),
  });
  const buckets = phone ? bars.phone : bars.desktop;
  const step = stepFor(window, buckets);
  const histogramWindow = useMovingWindow(window, live, step);
  const facetsWindow = useMovingWindow(window, live, facetsRefresh, 'behind');
  const histogram = useHistogram(filter, histogramWindow, { buckets, by, zone, live });
  const past = usePast(histogram.data, vs);
  const facets = useFacets(filter, facetsWindow);
  const facetsSelection = useMemo(
    () => ({ query: filter, ...facetsWindow }),
    [filter, facetsWindow],
  );

  useEffect(() => {
    if (!held && rows.state === 'idle') store.release();
  }, [held, rows.state, store]);

  const change = useCallback(
    (
      search: Partial<Record<keyof LogsSearch, LogsSearch[keyof LogsSearch] | undefined>>,
      replace = false,
    ) =>
      void navigate({
        to: '/logs',
        replace,
        ...(replace && keepState),
        search: (old) => ({ ...old, ...search }) as LogsSearch,
      }),
    [navigate],
  );
  const place = useCallback(
    (time: number | undefined) => {
      const next = time === undefined ? undefined : new Date(time).toISOString();
      if (next !== at) change({ at: next }, true);
    },
    [at, change],
  );
  const run = (next: string) => {
    const text = next.trim() || '*';
    if (text === q) refresh();
    else change({ q: text === '*' ? undefined : text, row: undefined, at: undefined });
  };
  const narrow = useCallback(
    (field: string, value: string, mode: 'only' | 'not') => {
      const next = withTerm(q === '*' ? '' : q, field, value, mode);
      change({ q: next || undefined, row: undefined, at: undefined, around: undefined });
    },
    [q, change],
  );
  const toggleLive = () => {
    if (live) {
      // What was left out for speed is read now.
      if (tail.sampled + tail.skipped > 0) refresh();
      return change({ live: undefined });
    }
    const until = isRelative(range) ? {} : defaultRange;
    void navigate({
      to: '/logs',
      search: (old) => ({ ...old, ...until, live: true as const, at: undefined }),
    });
  };
  const zoom = (start: number, end: number) => {
    const { from, to } = fixedRange({ start, end });
    void navigate({
      to: '/logs',
      state: { zoomed: true },
      search: (old) => {
        const { live: _live, row: _row, at: _at, ...kept } = old as LogsSearch;
        return { ...kept, from, to };
      },
    });
  };

  useLogsKeyHelp();
  const back = () => {
    if (zoomed) history.back();
  };
  const tableRows = useMemo(() => rows.rows.map((record) => record.row), [rows.rows]);

  useKeys({
    '/': () => queryLine.current?.focus(),
    l: () => {
      if (live && held) results.current?.resume();
      else toggleLive();
    },
    f: () => setFacetsShown(!facetsShown),
    o: () => narrowFocused('only'),
    x: () => narrowFocused('not'),
    escape: () => {
      if (rows.state === 'asking' || rows.state === 'paging') store.stop();
      else if (row) change({ row: undefined }, true);
      else return false;
    },
  });
  const narrowFocused = (mode: 'only' | 'not') => {
    const term = focusedTerm();
    if (!term) return false;
    narrow(term.field, term.value, mode);
  };

  const problem = rows.problem ?? (tail.phase === 'failed' ? tail.problem : undefined);
  const facetList = (
    <Facets
      groups={facets.data?.groups ?? []}
      query={q}
      selection={facets.data?.selection ?? facetsSelection}
      total={histogram.data?.total ?? 0}
      live={live}
      loading={facets.data === undefined && !facets.old}
      old={facets.old}
      onNarrow={narrow}
      onRun={run}
      onStats={(field) => {
        // The panel would open behind the drawer.
        if (phone) setFacetsShown(false);
        change({ field });
      }}
      onStack={(field) => change({ by: field === defaultBy ? undefined : field })}
    />
  );

  return (
    <div className={css.frame}>
      <div className={css.page}>
        <QueryZone
          ref={queryLine}
          query={q === '*' ? '' : q}
          rows={rows}
          total={splitPipes(q).pipes === '' ? histogram.data?.total : undefined}
          problem={problem}
          onRun={run}
          onRetry={refresh}
          onCancel={() => store.stop()}
        >
          <LiveButton live={live} tail={tail} onToggle={toggleLive} />
        </QueryZone>
        <HistogramPanel
          filter={filter}
          histogram={histogram.data}
          past={past}
          vs={vs}
          live={live}
          old={histogram.old}
          window={histogramWindow}
          onZoom={zoom}
          onBack={back}
          onOnly={(field, value) => narrow(field, value, 'only')}
          onChange={change}
        />
        <div className={css.split} data-facets={facetsShown && !phone ? true : undefined}>
          {facetsShown && !phone && facetList}
          <Results
            ref={results}
            rows={rows}
            store={store}
            query={q}
            opened={row}
            live={live}
            tail={tail}
            table={
              !areLines(rows.rows) && (
                <Suspense>
                  <StatsView
                    rows={tableRows}
                    query={q}
                    window={window}
                    search={search}
                    onChange={change}
                    onNarrow={narrow}
                    onZoom={zoom}
                    onBack={back}
                  />
                </Suspense>
              )
            }
            onPlace={place}
            onHold={setHeld}
            onOpen={(id) => change({ row: id }, true)}
            onNarrow={narrow}
            onRange={setRange}
            onRefresh={refresh}
          />
          {search.around && (
            <Suspense>
              <AroundView onNarrow={narrow} />
            </Suspense>
          )}
        </div>
        {phone && (
          <>
            <PhoneBar
              held={rows.held}
              onFacets={() => setFacetsShown(true)}
              onShowHeld={() => results.current?.resume()}
            />
            {sheet && (
              <Suspense>
                <Sheet
                  opened={facetsShown}
                  onClose={() => setFacetsShown(false)}
                  size="75%"
                  title={t('logs.facets.title')}
                >
                  {facetList}
                </Sheet>
              </Suspense>
            )}
          </>
        )}
      </div>
      <FieldStats query={q} search={search} onRun={run} onNarrow={narrow} onChange={change} />
      <LogsPanels onRun={run} />
    </div>
  );
}
