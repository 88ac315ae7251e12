import type { Permission } from '../api/me';
import type { IconName } from '../ui/Icon';

interface Page {
  path: string;
  icon: IconName;
  label: string;
  /** Behind `g` it leads to the page. */
  key: string;
  /** On the phone it stands behind "more". */
  seldom?: boolean;
  /** Whoever has one of these permissions may see the page. */
  needs: readonly Permission[];
}

/** The pages that the navigation leads to, in its order. */
export const pages = [
  { path: '/logs', icon: 'logs', label: 'pages.logs', key: 'l', needs: ['read'] },
  { path: '/sources', icon: 'sources', label: 'pages.sources', key: 'c', needs: ['system'] },
  { path: '/pipeline', icon: 'pipeline', label: 'pages.pipeline', key: 'k', needs: ['system'] },
  { path: '/system', icon: 'system', label: 'pages.system', key: 'y', needs: ['system'] },
  {
    path: '/access',
    icon: 'access',
    label: 'pages.access',
    key: 'a',
    seldom: true,
    needs: ['access', 'audit'],
  },
] as const satisfies readonly Page[];
