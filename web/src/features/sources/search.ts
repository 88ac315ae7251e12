import { type GlobalSearch, oneOf, textOf } from '../../app/search';

/** The parts of the Sources page beside the list of senders. */
export const tabs = ['streams', 'letters', 'try', 'rules'] as const;
export type Tab = (typeof tabs)[number];

/** Which senders the list shows; missing means all. */
export const shows = ['attention', 'silent'] as const;
export type Show = (typeof shows)[number];

/** What the Sources page keeps in its URL beside the time range; what has its default is left out. */
export interface SourcesSearch {
  tab?: Tab | undefined;
  show?: Show | undefined;
  /** Only the senders of one input. */
  input?: string | undefined;
  /** Only the senders whose input or address holds this text. */
  find?: string | undefined;
  /** The sender whose details are open, as sourceKey writes it. */
  source?: string | undefined;
  /** The recipe by which a sender is being added. */
  add?: string | undefined;
  /** The recipe's variant. */
  via?: string | undefined;
  /** When, on the server's clock, the first line began to be waited for; RFC 3339. */
  since?: string | undefined;
  /** Field by whose values volume is counted; missing means the stream. */
  by?: string | undefined;
  /** `_record_id` of the opened dead letter. */
  letter?: string | undefined;
  /** The line that is tried. */
  line?: string | undefined;
  /** The rule that is tried, as JSON. */
  draft?: string | undefined;
  /** Id of the saved rule that is edited. */
  rule?: string | undefined;
}

const texts = [
  'input',
  'find',
  'source',
  'add',
  'via',
  'since',
  'by',
  'letter',
  'line',
  'draft',
  'rule',
] as const;

/** Takes the parameters of the Sources page out of the URL. */
export function validateSources(search: Record<string, unknown>): SourcesSearch {
  const valid: SourcesSearch = { tab: oneOf(search.tab, tabs), show: oneOf(search.show, shows) };
  for (const name of texts) valid[name] = textOf(search[name]);
  return valid;
}

/** Returns the search of a link to the Logs page that keeps the time range and asks a query. */
export function inLogs(q: string) {
  return ({ from, to, tz }: GlobalSearch) => ({ from, to, tz, q });
}
