import { flagOf, oneOf, textOf } from '../../app/search';

/** The lists of the Access page behind the users. */
export const lists = ['teams', 'tokens', 'roles', 'audit'] as const;
export type List = (typeof lists)[number];

/** How an action went. */
export const outcomes = ['begun', 'ok', 'denied', 'failed'] as const;
export type Outcome = (typeof outcomes)[number];

/** What the Access page keeps in its URL beside the time range; what has its default is left out. */
export interface AccessSearch {
  list?: List | undefined;
  /** The thing of the list whose panel is open: id of a user or token, code of a team, number of an entry of the trail. */
  open?: string | undefined;
  /** A new thing of the list is being made. */
  make?: true | undefined;
  /** Only what holds this text. */
  find?: string | undefined;
  /** Words that entries of the trail hold. */
  q?: string | undefined;
  action?: string | undefined;
  by?: string | undefined;
  outcome?: Outcome | undefined;
}

/** Takes the parameters of the Access page out of the URL. */
export function validateAccess(search: Record<string, unknown>): AccessSearch {
  return {
    list: oneOf(search.list, lists),
    open: textOf(search.open),
    make: flagOf(search.make),
    find: textOf(search.find),
    q: textOf(search.q),
    action: textOf(search.action),
    by: textOf(search.by),
    outcome: oneOf(search.outcome, outcomes),
  };
}
