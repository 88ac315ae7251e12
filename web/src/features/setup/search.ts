import { flagOf, textOf } from '../../app/search';

/** What the page of the first administrator keeps in its URL. */
export interface SetupSearch {
  /** Of the link that the terminal shows; good once. */
  token?: string | undefined;
  /** The administrator was just made. */
  done?: true | undefined;
}

/** Takes the parameters of the page out of the URL. */
export function validateSetup(search: Record<string, unknown>): SetupSearch {
  return { token: textOf(search.token), done: flagOf(search.done) };
}
