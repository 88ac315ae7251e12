import type { Permission } from '../../api/me';
import { type Metric, metrics } from '../../api/system';
import { flagOf, oneOf, textOf } from '../../app/search';

/** The parts of the System page behind the overview. */
export const parts = ['queries', 'deletions', 'log', 'config'] as const;
export type Part = (typeof parts)[number];

/** What the parts need beyond the page itself. */
export const partNeeds: Readonly<Partial<Record<Part, Permission>>> = {
  deletions: 'operate',
  config: 'settings',
};

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
  return {
    part: oneOf(search.part, parts),
    metric: oneOf(search.metric, metrics),
    edit: flagOf(search.edit),
    erase: flagOf(search.erase),
    find: textOf(search.find),
  };
}
