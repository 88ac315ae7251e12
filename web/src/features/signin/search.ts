import { textOf } from '../../app/search';

/** What the sign-in page keeps in its URL. */
export interface SignInSearch {
  /** Where to go then: a path of this console. */
  back?: string | undefined;
  /** Why another way of signing in did not work, as a code. */
  problem?: string | undefined;
}

/** Takes the parameters of the sign-in page out of the URL. */
export function validateSignIn(search: Record<string, unknown>): SignInSearch {
  return { back: textOf(search.back), problem: textOf(search.problem) };
}
