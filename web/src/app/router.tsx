import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { validateAccess } from '../features/access/search';
import { validateLogs } from '../features/logs/search';
import { validatePipeline } from '../features/pipeline/search';
import { validateSources } from '../features/sources/search';
import { isFirstRun } from '../features/start/firstRun';
import { validateSystem } from '../features/system/search';
import { loadLaterTexts } from './i18n';
import { NotFound } from './NotFound';
import { PageFailure } from './PageFailure';
import { Shell } from './Shell';
import { parseSearch, stringifySearch, validateGlobal } from './search';

const rootRoute = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  validateSearch: validateGlobal,
});

const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  // Whoever has logs wants to see them.
  beforeLoad: async () => {
    if (!(await isFirstRun())) throw redirect({ to: '/logs', replace: true });
  },
  component: lazyRouteComponent(() => import('../features/start/StartPage'), 'StartPage'),
});

const logsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/logs',
  validateSearch: validateLogs,
  component: lazyRouteComponent(() => import('../features/logs/LogsPage'), 'LogsPage'),
});

const sourcesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sources',
  validateSearch: validateSources,
  component: lazyRouteComponent(() => import('../features/sources/SourcesPage'), 'SourcesPage'),
});

const pipelineRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/pipeline',
  validateSearch: validatePipeline,
  component: lazyRouteComponent(() => import('../features/pipeline/PipelinePage'), 'PipelinePage'),
});

const systemRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/system',
  validateSearch: validateSystem,
  component: lazyRouteComponent(() => import('../features/system/SystemPage'), 'SystemPage'),
});

const accessRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/access',
  validateSearch: validateAccess,
  component: lazyRouteComponent(async () => {
    const page = import('../features/access/AccessPage');
    await loadLaterTexts();
    return page;
  }, 'AccessPage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    indexRoute,
    logsRoute,
    sourcesRoute,
    pipelineRoute,
    systemRoute,
    accessRoute,
  ]),
  defaultErrorComponent: PageFailure,
  parseSearch,
  stringifySearch,
  // Pages keep their own place; the list scrolls inside of its page.
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface HistoryState {
    /** The page came from a brushed range, so that going back zooms out. */
    zoomed?: boolean;
  }
}
