import type { Token } from '../../../api/access';

const day = 86_400_000; // ms
/** A token is marked when it ends in less than this, in ms. */
const soon = 14 * day;

/** How long a new token lasts; `never` has no end. */
export const lifetimes = ['30d', '90d', '365d', 'never'] as const;
export type Lifetime = (typeof lifetimes)[number];

/** Returns when a token that is made now ends, RFC 3339; undefined when it never does. */
export function expiryOf(lifetime: Lifetime, now: number): string | undefined {
  if (lifetime === 'never') return undefined;
  return new Date(now + Number.parseInt(lifetime, 10) * day).toISOString();
}

/** How a token stands at a moment. */
export type Standing = 'expired' | 'soon' | 'unused' | 'ok';

/** Tells whether a token has ended, ends soon, or was never used. */
export function standingOf({ expires, last_used }: Token, now: number): Standing {
  const left = expires ? Date.parse(expires) - now : Number.POSITIVE_INFINITY;
  if (left <= 0) return 'expired';
  if (left < soon) return 'soon';
  return last_used ? 'ok' : 'unused';
}

const rank: Readonly<Record<Standing, number>> = { expired: 0, soon: 1, unused: 2, ok: 2 };

/** Orders tokens: those that end soon first, then by name. */
export function worstFirst(tokens: readonly Token[], now: number): Token[] {
  return tokens.toSorted(
    (a, b) => rank[standingOf(a, now)] - rank[standingOf(b, now)] || (a.name < b.name ? -1 : 1),
  );
}
