import { signOut } from '../api/me';

/** Signs out of this browser. The sign-in page is loaded anew, so that nothing read before stays in memory. */
export async function leave(): Promise<void> {
  await signOut();
  location.assign('/signin');
}
