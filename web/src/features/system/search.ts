import { type Metric, metrics } from '../../api/system';

/** The parts of the System page behind the overview. */
export const parts = ['queries', 'deletions', 'log', 'config'] as const;
export type Part = (typeof parts)[number];

/** What the System page keeps in its URL beside the time range; what has its default is left out. */
export interface SystemSearch {
  part?: Part | undefined;
  /** The figure that the first chart shows; missing means the lag of the queue. */
  metric?: Metric | undefined;
  /** The retention is being edited. */
  edit?: true | undefined;
  /** A deletion is being prepared. */
  erase?: true | undefined;
  /** Only the settings that hold this text. */
  find?: string | undefined;
}

/** Takes the parameters of the System page out of the URL. */
export function validateSystem(search: Record<string, unknown>): SystemSearch {
  const valid: SystemSearch = {};
  const part = parts.find((one) => one === search.part);
  if (part) valid.part = part;
  const metric = metrics.find((one) => one === search.metric);
  if (metric) valid.metric = metric;
  if (search.edit === '1' || search.edit === true) valid.edit = true;
  if (search.erase === '1' || search.erase === true) valid.erase = true;
  if (typeof search.find === 'string' && search.find !== '') valid.find = search.find;
  return valid;
}
