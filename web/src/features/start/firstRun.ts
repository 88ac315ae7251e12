import { queryRows } from '../../api/rows';
import { fetchSources, type Source } from '../../api/sources';

// What Haetae collects by itself on the machine it runs on; all else was sent to it by somebody.
const ownInputs = new Set(['self', 'files', 'journald']);
const sentQuery = '-_source:~"^(?:self|files|journald)(?:/|$)"';
const lookBack = 30 * 86_400_000; // ms
const patience = 2000;

/** Reports whether a source is this machine's own. */
export function isOwn({ input }: Pick<Source, 'input'>): boolean {
  return ownInputs.has(input);
}

/** Reports whether nobody has sent anything yet: no sender is known since the start, and no record of the last 30 days is of one. */
export async function isFirstRun(): Promise<boolean> {
  const signal = AbortSignal.timeout(patience);
  try {
    const { sources } = await fetchSources(signal);
    if (!(sources ?? []).every(isOwn)) return false;
    const end = Date.now();
    const request = { query: sentQuery, start: end - lookBack, end, limit: 1 };
    for await (const piece of queryRows(request, signal)) {
      if ('rows' in piece && piece.rows.length > 0) return false;
    }
    return true;
  } catch {
    // A server that is away or slow is no reason to keep anybody from the logs.
    return false;
  }
}
