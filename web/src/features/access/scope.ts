import type { Grant, Team, User } from '../../api/access';

/** The datasets that there are; the audit trail is none that a grant without names includes. */
export const datasets = ['logs', 'traps', 'flows', 'spans', 'events', 'deadletter'] as const;

/** What somebody sees: `all` with the audit trail, `everything` without it, or the records that any of the grants names. */
export type Sight = { kind: 'all' } | { kind: 'everything' } | { kind: 'grants'; grants: Grant[] };

/** Tells what somebody with a role, in teams, sees. */
export function sightOf(
  { role, everything, teams }: Pick<User, 'role' | 'everything' | 'teams'>,
  all: readonly Team[],
): Sight {
  if (role === 'admin') return { kind: 'all' };
  if (everything) return { kind: 'everything' };
  const grants = all.filter(({ code }) => teams.includes(code)).flatMap((team) => team.grants);
  return grants.some(isEverything) ? { kind: 'everything' } : { kind: 'grants', grants };
}

/** Returns the stream filter of a grant; empty for all streams, which the server writes as a star where no dataset is named. */
export function streamOf({ stream = '' }: Pick<Grant, 'stream'>): string {
  return stream.trim() === '*' ? '' : stream.trim();
}

/** Reports whether a grant bounds nothing, which is everything but the audit trail. */
export function isEverything(grant: Grant): boolean {
  return !grant.datasets?.length && streamOf(grant) === '';
}

/** Returns the filter of the records that a grant names. */
export function queryOf(grant: Grant): string {
  const { datasets: names } = grant;
  const dataset = names?.length ? `_dataset:in(${names.join(', ')})` : withoutAudit;
  return [dataset, alone(streamOf(grant))].filter(Boolean).join(' ');
}

/** Puts a filter into brackets unless it is one of a single pair of braces: an "or" within would reach beyond it. */
function alone(filter: string): string {
  return filter === '' || /^\{[^{}]*\}$/.test(filter) ? filter : group(filter);
}

const withoutAudit = '_dataset:* -_dataset:audit';

/** Returns the filter of all that somebody sees; null for nothing. */
export function queryOfSight(sight: Sight): string | null {
  if (sight.kind === 'all') return '_dataset:*';
  if (sight.kind === 'everything') return withoutAudit;
  const [first, ...more] = sight.grants.map(queryOf);
  if (first === undefined) return null;
  // The dataset must stand at the top, else only logs are read.
  return more.length === 0 ? first : `_dataset:* (${[first, ...more].map(group).join(' or ')})`;
}

function group(query: string): string {
  return `(${query})`;
}

/** Returns the administrators who can still sign in. */
export function activeAdmins(users: readonly User[]): User[] {
  return users.filter(({ role, disabled }) => role === 'admin' && !disabled);
}

/** Reports whether a user is the only one who could undo what is done to them. */
export function isLastAdmin(user: Pick<User, 'id'>, users: readonly User[]): boolean {
  const admins = activeAdmins(users);
  return admins.length === 1 && admins[0]?.id === user.id;
}
