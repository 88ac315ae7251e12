import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { validateAccess } from '../features/access/search';
import { validateAccount } from '../features/account/search';
import { validateLogs } from '../features/logs/search';
import { validatePipeline } from '../features/pipeline/search';
import { validateSetup } from '../features/setup/search';
import { validateSignIn } from '../features/signin/search';
import { validateSources } from '../features/sources/search';
import { isFirstRun } from '../features/start/firstRun';
import { validateSystem } from '../features/system/search';
import { isOpenPage } from './back';
import { Frame } from './Frame';
import { withLaterTexts } from './i18n';
import { askMe, isSomebody } from './me';
import { NotFound } from './NotFound';
import { PageFailure } from './PageFailure';
import { parseSearch, stringifySearch, validateGlobal } from './search';

const rootRoute = createRootRoute({
  component: Frame,
  notFoundComponent: NotFound,
  validateSearch: validateGlobal,
  // Nobody sees a page before the server knows who asks.
  beforeLoad: async ({ location }) => {
    if (isOpenPage(location.pathname)) return;
    const me = await askMe();
    if (me && !isSomebody(me))
      throw redirect({ to: '/signin', search: { back: location.href }, replace: true });
    if (me?.must_change && location.pathname !== '/account')
      throw redirect({ to: '/account', search: { change: 'password' }, replace: true });
  },
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
  component: lazyRouteComponent(
    withLaterTexts(() => import('../features/sources/SourcesPage')),
    'SourcesPage',
  ),
});

const pipelineRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/pipeline',
  validateSearch: validatePipeline,
  component: lazyRouteComponent(
    withLaterTexts(() => import('../features/pipeline/PipelinePage')),
    'PipelinePage',
  ),
});

const systemRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/system',
  validateSearch: validateSystem,
  component: lazyRouteComponent(
    withLaterTexts(() => import('../features/system/SystemPage')),
    'SystemPage',
  ),
});

const accessRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/access',
  validateSearch: validateAccess,
  component: lazyRouteComponent(
    withLaterTexts(() => import('../features/access/AccessPage')),
    'AccessPage',
  ),
});

const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/account',
  validateSearch: validateAccount,
  component: lazyRouteComponent(
    withLaterTexts(() => import('../features/account/AccountPage')),
    'AccountPage',
  ),
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/signin',
  validateSearch: validateSignIn,
  component: lazyRouteComponent(
    withLaterTexts(() => import('../features/signin/SignInPage')),
    'SignInPage',
  ),
});

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  validateSearch: validateSetup,
  component: lazyRouteComponent(
    withLaterTexts(() => import('../features/setup/SetupPage')),
    'SetupPage',
  ),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    indexRoute,
    logsRoute,
    sourcesRoute,
    pipelineRoute,
    systemRoute,
    accessRoute,
    accountRoute,
    signInRoute,
    setupRoute,
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
