import { useNavigate, useSearch } from '@tanstack/react-router';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { defaultRange, resolveRange, type TimeRange, type TimeWindow } from '../time/range';
import { browserZone } from '../time/zone';

interface TimeState {
  /** As the URL has it. */
  range: TimeRange;
  /** The range fixed to moments when it, or what is asked, last changed, or at the last refresh. */
  window: TimeWindow;
  /** The moment at which the window was fixed, in ms. */
  now: number;
  /** IANA name of the zone in which all times are shown. */
  zone: string;
  setRange: (range: TimeRange) => void;
  setZone: (zone: string) => void;
  /** Moves a relative range up to the present moment. */
  refresh: () => void;
}

const TimeContext = createContext<TimeState | null>(null);

/** Gives all parts of a page the same time range, from the URL. */
export function TimeProvider({ children }: { children: ReactNode }) {
  const { from = defaultRange.from, to = defaultRange.to, tz, q } = useSearch({ strict: false });
  const navigate = useNavigate();
  const zone = tz ?? browserZone();

  // A new question is asked of the present moment; a row that opens must not move the window.
  const asked = JSON.stringify([from, to, q]);
  const [anchor, setAnchor] = useState(() => ({ asked, now: Date.now() }));
  if (anchor.asked !== asked) setAnchor({ asked, now: Date.now() });

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
  const refresh = useCallback(
    () => setAnchor((old) => ({ asked: old.asked, now: Date.now() })),
    [],
  );

  const state = useMemo((): TimeState => {
    const range = { from, to };
    const window = resolveRange(range, anchor.now);
    const fallback = { start: anchor.now - 3_600_000, end: anchor.now };
    return { range, window: window ?? fallback, now: anchor.now, zone, setRange, setZone, refresh };
  }, [from, to, anchor.now, zone, setRange, setZone, refresh]);

  return <TimeContext value={state}>{children}</TimeContext>;
}

/** Returns the page's time range and zone, and how to change them. */
export function useTime(): TimeState {
  const state = useContext(TimeContext);
  if (!state) throw new Error('useTime outside of TimeProvider');
  return state;
}
