// One's own account. All functions throw as request.get does.
import { getJSON, sendJSON } from './request';

/** A browser in which somebody is signed in. */
export interface Session {
  id: string;
  created: string;
  last_used: string;
  address: string;
  client: string;
  current: boolean;
}

/** Lists where one is signed in. */
export async function fetchSessions(signal: AbortSignal): Promise<readonly Session[]> {
  const path = '/api/v1/account/sessions';
  const { sessions } = await getJSON<{ sessions: Session[] | null }>(path, {}, signal);
  return sessions ?? [];
}

/** Ends one session. */
export async function endSession(id: string): Promise<void> {
  await sendJSON('DELETE', `/api/v1/account/sessions/${encodeURIComponent(id)}`);
}

/** Ends all sessions but this browser's. */
export async function endOtherSessions(): Promise<void> {
  await sendJSON('DELETE', '/api/v1/account/sessions');
}

/** Changes the password; all other sessions end. */
export async function changePassword(old: string, next: string): Promise<void> {
  await sendJSON('PUT', '/api/v1/account/password', { old, new: next });
}

/** What an authenticator app is given: the secret in base32, and as the address that a QR code holds. */
export interface NewFactor {
  secret: string;
  uri: string;
}

/** Begins to set up a second factor; it counts when confirmFactor has taken a code. */
export async function beginFactor(password: string): Promise<NewFactor> {
  return sendJSON<NewFactor>('POST', '/api/v1/account/second-factor', { password });
}

/** Confirms the second factor with a code of the app; returns recovery codes, each good once, which are never shown again. */
export async function confirmFactor(code: string): Promise<readonly string[]> {
  const path = '/api/v1/account/second-factor';
  return (await sendJSON<{ recovery_codes: string[] }>('PUT', path, { code })).recovery_codes;
}

/** Removes the second factor. */
export async function removeFactor(password: string): Promise<void> {
  await sendJSON('DELETE', '/api/v1/account/second-factor', { password });
}

/** Replaces the recovery codes by new ones. */
export async function newRecoveryCodes(password: string): Promise<readonly string[]> {
  const path = '/api/v1/account/recovery-codes';
  return (await sendJSON<{ recovery_codes: string[] }>('POST', path, { password })).recovery_codes;
}
