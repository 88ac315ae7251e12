import { flagOf, oneOf, textOf } from '../../app/search';

/** How the answer of a query is shown; missing means what fits the answer. */
export const views = ['lines', 'table', 'chart', 'number'] as const;
export type View = (typeof views)[number];

/** How a chart of a query's groups over time is drawn. */
export const kinds = ['bars', 'lines'] as const;
export type Kind = (typeof kinds)[number];

/** Which records count as surrounding a record. */
export const aroundScopes = ['stream', 'host', 'all'] as const;
export type AroundScope = (typeof aroundScopes)[number];

/** What can be open at the right of the page. */
export const panels = ['history', 'export', 'explain'] as const;
export type Panel = (typeof panels)[number];

/** Parts of the page beside exploring. */
export const sections = ['patterns', 'saved'] as const;
export type Section = (typeof sections)[number];

/** Patterns that can be asked for alone: how they stand against before. */
export const patternStates = ['new', 'exploded', 'silent'] as const;
export type PatternState = (typeof patternStates)[number];

/** What the Logs page keeps in its URL beside the time range; what has its default is left out. */
export interface LogsSearch {
  section?: Section | undefined;
  /** LogsQL; missing means everything. */
  q?: string | undefined;
  /** New rows flow in. */
  live?: true | undefined;
  /** `_record_id` of the opened row. */
  row?: string | undefined;
  view?: View | undefined;
  kind?: Kind | undefined;
  /** Units of a table's columns that were chosen: `column:bytes`, separated by commas. */
  unit?: string | undefined;
  /** Column that a table is sorted by, with `-` before it from the largest. */
  sort?: string | undefined;
  /** Field by whose values the histogram is stacked; missing means `_severity`. */
  by?: string | undefined;
  /** How long before the histogram's compare-to-earlier overlay lies: `1d`, `1w`. */
  vs?: string | undefined;
  /** Chosen columns before the message, in order, separated by commas; missing means the usual ones. */
  cols?: string | undefined;
  /** Long lines wrap. */
  wrap?: true | undefined;
  /** Rows are higher. */
  roomy?: true | undefined;
  /** RFC 3339 time of the row at the top of the list, when the list is not at its newest row. */
  at?: string | undefined;
  /** `_record_id` of the record whose surroundings are shown, with its time before it: `TIME/ID`. */
  around?: string | undefined;
  scope?: AroundScope | undefined;
  /** Field whose statistics are shown. */
  field?: string | undefined;
  /** The builder is shown under the query line. */
  build?: true | undefined;
  panel?: Panel | undefined;
  /** Id of the pattern whose details are shown. */
  pattern?: string | undefined;
  /** Only patterns of this state are listed. */
  state?: PatternState | undefined;
  /** Id of the saved query that was opened last. */
  saved?: string | undefined;
}

const flags = ['live', 'wrap', 'roomy', 'build'] as const;
const texts = [
  'row',
  'by',
  'cols',
  'at',
  'around',
  'field',
  'unit',
  'sort',
  'saved',
  'pattern',
] as const;

/** Takes the parameters of the Logs page out of the URL. */
export function validateLogs(search: Record<string, unknown>): LogsSearch {
  const q = textOf(search.q)?.trim();
  const vs = textOf(search.vs);
  const valid: LogsSearch = {
    q: q === '*' ? undefined : q || undefined,
    vs: vs && /^[1-9]\d{0,3}[mhdw]$/.test(vs) ? vs : undefined,
    view: oneOf(search.view, views),
    kind: oneOf(search.kind, kinds),
    section: oneOf(search.section, sections),
    state: oneOf(search.state, patternStates),
    panel: oneOf(search.panel, panels),
    scope: oneOf(search.scope, aroundScopes),
  };
  for (const name of flags) valid[name] = flagOf(search[name]);
  for (const name of texts) valid[name] = textOf(search[name]);
  return valid;
}
