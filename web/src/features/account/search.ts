import { oneOf } from '../../app/search';

/** What can be changed beside the account. */
export const panels = ['password', 'factor', 'codes', 'nofactor'] as const;
export type Panel = (typeof panels)[number];

/** What the account page keeps in its URL. */
export interface AccountSearch {
  change?: Panel | undefined;
}

/** Takes the parameters of the account page out of the URL. */
export function validateAccount(search: Record<string, unknown>): AccountSearch {
  return { change: oneOf(search.change, panels) };
}
