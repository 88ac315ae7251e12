/** A query that was run, or a draft that was left before it was. */
export interface PastQuery {
  query: string;
  /** When, in ms. */
  at: number;
  /** It was written but never run. */
  draft?: true;
}

const storageKey = 'haetae.queries';
const most = 200;

function isPast(value: unknown): value is PastQuery {
  if (typeof value !== 'object' || value === null) return false;
  const { query, at } = value as Partial<PastQuery>;
  return typeof query === 'string' && typeof at === 'number';
}

/** Returns the queries of this browser, newest first, each once. */
export function pastQueries(): PastQuery[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isPast) : [];
  } catch {
    return [];
  }
}

/** Remembers a query. What stands for everything is not worth it, and a draft does not hide that the query was run. */
export function rememberQuery(query: string, at: number, draft = false): void {
  const text = query.trim();
  if (text === '' || text === '*') return;
  const past = pastQueries();
  const known = past.find((one) => one.query === text);
  const entry: PastQuery = { query: text, at };
  if (draft && (!known || known.draft)) entry.draft = true;
  keep([entry, ...past.filter((one) => one !== known)].slice(0, most));
}

export function forgetQuery(query: string): void {
  keep(pastQueries().filter((one) => one.query !== query));
}

export function forgetQueries(): void {
  keep([]);
}

function keep(past: readonly PastQuery[]): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(past));
  } catch {
    // Without storage there is no history.
  }
}
