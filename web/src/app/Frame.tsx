import { Outlet, useRouterState } from '@tanstack/react-router';
import { isOpenPage } from './back';
import { Shell } from './Shell';

/** The page of the address: in the shell, or alone where nobody is signed in yet. */
export function Frame() {
  const path = useRouterState({ select: ({ matches }) => matches.at(-1)?.pathname });
  return isOpenPage(path ?? '') ? <Outlet /> : <Shell />;
}
