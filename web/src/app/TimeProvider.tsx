import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react';
import {
  defaultRange,
  isRelative,
  resolveRange,
  type TimeRange,
  type TimeWindow,
} from '../time/range';
import { browserZone } from '../time/zone';
import { type RefreshLength, refreshMillis } from './search';

interface TimeState {
  /** As the URL has it. */
  range: TimeRange;
  /** The range fixed to moments when it, or what is asked, last changed, or at the last refresh. */
  window: TimeWindow;
  /** The moment at which the window was fixed, in ms. What is read again by a refresh has it among what it depends on. */
  now: number;
  /** IANA name of the zone in which all times are shown. */
  zone: string;
  setRange: (range: TimeRange) => void;
  setZone: (zone: string) => void;
  /** Moves a relative range up to the present moment and reads again everything that is shown. */
  refresh: () => void;
  /** How often that happens by itself; undefined when it does not. */
  refreshEvery: RefreshLength | undefined;
  setRefreshEvery: (length: RefreshLength | undefined) => void;
}

const TimeContext = createContext<TimeState | null>(null);

interface Anchor {
  /** The question for which the window was fixed. */
  asked: string;
  now: number;
  /** Set when the same question was asked again. */
  again: boolean;
}

/** Gives all parts of a page the same time range, from the URL. */
export function TimeProvider({ children }: { children: ReactNode }) {
  const {
    from = defaultRange.from,
    to = defaultRange.to,
    tz,
    q,
    live,
    refresh: refreshEvery,
  } = useSearch({ strict: false });
  const navigate = useNavigate();
  const zone = tz ?? browserZone();

  // A new question is asked of the present moment; a row that opens must not move the window.
  const asked = JSON.stringify([from, to, q]);
  const [anchor, setAnchor] = useState<Anchor>(() => ({ asked, now: Date.now(), again: false }));
  if (anchor.asked !== asked) setAnchor({ asked, now: Date.now(), again: false });

  const setRange = useCallback(
    (range: TimeRange) =>
      void navigate({ to: '.', search: (old) => ({ ...old, from: range.from, to: range.to }) }),
    [navigate],
  );
  const setZone = useCallback(
    (next: string) =>
      void navigate({
        to: '.',
        replace: true,
        search: (old) => ({ ...old, tz: next === browserZone() ? undefined : next }),
      }),
    [navigate],
  );
  const setRefreshEvery = useCallback(
    (length: RefreshLength | undefined) =>
      void navigate({ to: '.', replace: true, search: (old) => ({ ...old, refresh: length }) }),
    [navigate],
  );
  const refresh = useCallback(
    () => setAnchor((old) => ({ asked: old.asked, now: Date.now(), again: true })),
    [],
  );
  useReadAgain(anchor);
  // Live rows arrive by themselves, and a range of the past does not move.
  useInterval(
    refresh,
    refreshEvery && !live && isRelative({ from, to }) ? refreshMillis[refreshEvery] : null,
  );

  const state = useMemo((): TimeState => {
    const range = { from, to };
    const window = resolveRange(range, anchor.now);
    const fallback = { start: anchor.now - 3_600_000, end: anchor.now };
    return {
      range,
      window: window ?? fallback,
      now: anchor.now,
      zone,
      setRange,
      setZone,
      refresh,
      refreshEvery,
      setRefreshEvery,
    };
  }, [from, to, anchor.now, zone, setRange, setZone, refresh, refreshEvery, setRefreshEvery]);

  return <TimeContext value={state}>{children}</TimeContext>;
}

/** Returns the page's time range and zone, and how to change them. */
export function useTime(): TimeState {
  const state = useContext(TimeContext);
  if (!state) throw new Error('useTime outside of TimeProvider');
  return state;
}

/** Reads again what a refresh does not ask for anew by itself: what is shown and does not depend on the present moment. */
function useReadAgain(anchor: Anchor): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!anchor.again) return;
    void queries.refetchQueries({
      type: 'active',
      predicate: ({ state }) => state.fetchStatus === 'idle',
    });
  }, [queries, anchor]);
}

/** Calls back every `ms` while the page is in sight; never when it is null. */
function useInterval(call: () => void, ms: number | null): void {
  useEffect(() => {
    if (ms === null) return;
    const timer = setInterval(() => {
      if (!document.hidden) call();
    }, ms);
    return () => clearInterval(timer);
  }, [call, ms]);
}
