// One's own account. All functions throw as request.get does.
import { client } from './client';
import type { components } from './schema';

/** A browser in which somebody is signed in. */
export type Session = components['schemas']['Session'];

/** What an authenticator app is given: the secret in base32, and as the address that a QR code holds. */
export type NewFactor = components['schemas']['NewSecondFactor'];

function wanted<T>(data: T | undefined): T {
  if (data === undefined) throw new TypeError('the answer is empty');
  return data;
}

/** Lists where one is signed in. */
export async function fetchSessions(signal: AbortSignal): Promise<readonly Session[]> {
  return wanted((await client.GET('/api/v1/account/sessions', { signal })).data).sessions;
}

/** Ends one session. */
export async function endSession(id: string): Promise<void> {
  await client.DELETE('/api/v1/account/sessions/{id}', { params: { path: { id } } });
}

/** Ends all sessions but this browser's. */
export async function endOtherSessions(): Promise<void> {
  await client.DELETE('/api/v1/account/sessions');
}

/** Changes the password; all other sessions end. */
export async function changePassword(old: string, next: string): Promise<void> {
  await client.PUT('/api/v1/account/password', { body: { old, new: next } });
}

/** Begins to set up a second factor; it counts when confirmFactor has taken a code. */
export async function beginFactor(password: string): Promise<NewFactor> {
  return wanted((await client.POST('/api/v1/account/second-factor', { body: { password } })).data);
}

/** Confirms the second factor with a code of the app; returns recovery codes, each good once, which are never shown again. */
export async function confirmFactor(code: string): Promise<readonly string[]> {
  const { data } = await client.PUT('/api/v1/account/second-factor', { body: { code } });
  return wanted(data).recovery_codes;
}

/** Removes the second factor. */
export async function removeFactor(password: string): Promise<void> {
  await client.DELETE('/api/v1/account/second-factor', { body: { password } });
}

/** Replaces the recovery codes by new ones. */
export async function newRecoveryCodes(password: string): Promise<readonly string[]> {
  const { data } = await client.POST('/api/v1/account/recovery-codes', { body: { password } });
  return wanted(data).recovery_codes;
}
