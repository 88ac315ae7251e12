import type { IconName } from '../ui/Icon';

/** The pages that the navigation leads to, in its order. */
export const pages = [
  { path: '/logs', icon: 'logs', label: 'pages.logs', key: 'l' },
  { path: '/sources', icon: 'sources', label: 'pages.sources', key: 'c' },
  { path: '/pipeline', icon: 'pipeline', label: 'pages.pipeline', key: 'k' },
  { path: '/system', icon: 'system', label: 'pages.system', key: 'y' },
  { path: '/access', icon: 'access', label: 'pages.access', key: 'a', seldom: true },
] as const satisfies readonly {
  path: string;
  icon: IconName;
  label: string;
  /** Behind `g` it leads to the page. */
  key: string;
  /** On the phone it stands behind "more". */
  seldom?: boolean;
}[];
