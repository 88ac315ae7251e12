import { defaultRange, resolveRange, type TimeRange } from '../time/range';
import { isZone } from '../time/zone';

/** How often pages may be read again by themselves. */
export const refreshLengths = ['5s', '10s', '30s', '1m'] as const;
export type RefreshLength = (typeof refreshLengths)[number];

/** The same in ms. */
export const refreshMillis: Readonly<Record<RefreshLength, number>> = {
  '5s': 5000,
  '10s': 10_000,
  '30s': 30_000,
  '1m': 60_000,
};

/** What every page keeps in its URL; what has its default is left out. */
export interface GlobalSearch {
  from?: string | undefined;
  to?: string | undefined;
  /** IANA time zone; without it the browser's. */
  tz?: string | undefined;
  /** How often a range up to now is read again; without it only when asked. */
  refresh?: RefreshLength | undefined;
}

const firstMoment = '0001-01-01T00:00:00Z';
const lastMoment = '9999-01-01T00:00:00Z';

/** Reads the URL's parameters as plain texts: q=a%20b, never quoted JSON. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** Writes parameters as parseSearch reads them, in a readable form: `:` `,` `/` `*` stay as they are. */
export function stringifySearch(search: Record<string, unknown>): string {
  const pairs = Object.entries(search)
    .filter(([, value]) => value !== undefined && value !== '' && value !== false)
    .map(([name, value]) => `${name}=${encodeText(value === true ? '1' : String(value))}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

function encodeText(text: string): string {
  return encodeURIComponent(text).replace(/%(?:3A|2C|2F|7C|7B|7D|22)/g, decodeURIComponent);
}

/** Returns a parameter that is one of the known values. */
export function oneOf<T extends string>(value: unknown, known: readonly T[]): T | undefined {
  return known.find((one) => one === value);
}

/** Returns a parameter that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Returns a parameter that is set or not. */
export function flagOf(value: unknown): true | undefined {
  return value === '1' || value === true ? true : undefined;
}

/**
 * Takes the global parameters that make sense; a range that cannot be read falls back to the default. What makes no sense is
 * undefined here and not left out, else the router would keep it as it was in the URL.
 */
export function validateGlobal(search: Record<string, unknown>): GlobalSearch {
  const { from = defaultRange.from, to = defaultRange.to } = search;
  const range: TimeRange = { from: textOf(from) ?? '', to: textOf(to) ?? '' };
  const readable = resolveRange(range, Date.now()) !== null;
  const tz = textOf(search.tz);
  return {
    from: readable && range.from !== defaultRange.from ? range.from : undefined,
    to: readable && range.to !== defaultRange.to ? range.to : undefined,
    tz: tz && isZone(tz) ? tz : undefined,
    refresh: oneOf(search.refresh, refreshLengths),
  };
}

/** Lists the global parameters of a URL, as name=value, that validateGlobal has no use for. */
export function notUnderstood(search: Record<string, string>, now: number): string[] {
  const { from = defaultRange.from, to = defaultRange.to } = search;
  const valid = validateGlobal(search);
  const ends = {
    from: resolveRange({ from, to: lastMoment }, now) !== null,
    to: resolveRange({ from: firstMoment, to }, now) !== null,
  };
  // Each end may be a time by itself, with the start behind the end.
  const range = resolveRange({ from, to }, now) !== null;
  const used: Record<string, boolean> = {
    from: range || (ends.from && !ends.to),
    to: range || (ends.to && !ends.from),
    tz: valid.tz !== undefined,
    refresh: valid.refresh !== undefined,
  };
  return Object.entries(search)
    .filter(([name, value]) => value !== '' && used[name] === false)
    .map(([name, value]) => `${name}=${value}`);
}

/** What stays in the URL when going to another page: the time range, zone and refresh. */
export function keepGlobal({ from, to, tz, refresh }: GlobalSearch): GlobalSearch {
  return { from, to, tz, refresh };
}
