import type { Source } from '../../../api/sources';
import type { Health } from '../../../ui/StateMark';
import type { Show } from '../search';

/** Returns the value of `_source` of a sender's records; it names the sender in the URL too. */
export function sourceKey({ input, peer }: Pick<Source, 'input' | 'peer'>): string {
  if (peer === '') return input;
  return peer.startsWith('/') ? input + peer : `${input}/${peer}`;
}

/** Returns the query that finds a sender's records. */
export function recordsOf(source: Pick<Source, 'input' | 'peer'>): string {
  return `_source:=${JSON.stringify(sourceKey(source))}`;
}

/** Returns the state as a mark: what was dropped is lost, what was refused the sender knows of. */
export function healthOf({ state, last_rejected }: Source): Health {
  if (state === 'silent') return 'unknown';
  if (state === 'over_quota') return 'warn';
  if (state !== 'rejecting') return 'ok';
  return isLoss(last_rejected?.reason ?? '') ? 'critical' : 'warn';
}

function isLoss(reason: string): boolean {
  return reason.startsWith('dropped') || reason.startsWith('stopped');
}

const ranks: Readonly<Record<Health, number>> = { critical: 0, warn: 1, unknown: 2, ok: 3 };

/** Orders senders by what hurts, then by how much they have sent, which changes so slowly that rows stay where they are. */
export function worstFirst(sources: readonly Source[]): Source[] {
  return sources.toSorted(
    (a, b) => ranks[healthOf(a)] - ranks[healthOf(b)] || b.records - a.records,
  );
}

/** Which senders are shown. */
export interface Choice {
  show?: Show | undefined;
  input?: string | undefined;
  find?: string | undefined;
}

/** Returns the senders that were chosen, in their order. */
export function choose(sources: readonly Source[], { show, input, find }: Choice): Source[] {
  const text = find?.toLowerCase() ?? '';
  return sources.filter(
    (source) =>
      (!show || (show === 'silent' ? source.state === 'silent' : source.state !== 'ok')) &&
      (!input || source.input === input) &&
      (text === '' || sourceKey(source).toLowerCase().includes(text)),
  );
}

/** Counts all records of a sender that were refused or dropped. */
export function rejectedOf({ rejected }: Source): number {
  return Object.values(rejected ?? {}).reduce((sum, n) => sum + n, 0);
}

/** What a quota has done to a sender, as texts of `sources.quota` with their numbers; without what it has not done. */
export function quotaParts({ quota, rejected = {} }: Source) {
  const parts = [
    ['waits', quota?.waits ?? 0],
    ['dropped', rejected['over its quota: dropped'] ?? 0],
    ['sampled', rejected['over its quota: sampled out'] ?? 0],
  ] as const;
  return parts.filter(([, n]) => n > 0);
}

const minute = 60_000;

/** Returns the records of each of the last 60 minutes; minutes without any are not in the history. */
export function lastHour({ history }: Source, now: number): number[] {
  const values = new Array<number>(60).fill(0);
  const last = Math.floor(now / minute);
  for (const { at, records } of history) {
    const back = last - Math.floor(Date.parse(at) / minute);
    if (back >= 0 && back < 60) values[59 - back] = records;
  }
  return values;
}

/** What to do about a reason, by how the reason begins. */
const advice = [
  ['dropped by the kernel', 'buffer'],
  ['sender is not allowed', 'allow'],
  ['line too long', 'long'],
  ['over its quota', 'quota'],
  ['field', 'fields'],
  ['too many fields', 'fields'],
  ['TLS handshake', 'handshake'],
  ['TLS sent', 'plain'],
  ['broken JSON', 'json'],
  ['broken bulk', 'json'],
  ['update or delete', 'update'],
  ['not the journal', 'journal'],
  ['entry ends', 'journal'],
  ['cannot be read', 'file'],
  ['damaged gzip', 'file'],
  ['stopped', 'stopped'],
  ['topic does not exist', 'topic'],
  ['topic cannot be read', 'access'],
  ['brokers cannot be read', 'brokers'],
] as const;

/** Returns which advice fits a reason, if any. */
export function adviceFor(reason: string) {
  return advice.find(([begin]) => reason.startsWith(begin))?.[1];
}
