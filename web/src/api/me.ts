// Who makes the requests of this page, and how one becomes somebody.
import { client } from './client';
import type { components } from './schema';

/** What a person may do, in the server's words. */
export type Permission =
  | 'self'
  | 'read'
  | 'save'
  | 'system'
  | 'operate'
  | 'settings'
  | 'delete'
  | 'access'
  | 'audit'
  | 'ingest';

export type Role = 'viewer' | 'operator' | 'admin' | 'ingest' | 'agent';

/** Whom the server takes the page for. */
export type Me = Omit<components['schemas']['Me'], 'kind' | 'role' | 'permissions'> & {
  kind: '' | 'local' | 'user' | 'token' | 'certificate';
  role: Role | '';
  permissions: readonly Permission[];
};

// The words of kinds, roles and permissions are plain texts in the schema.
function toMe(data: components['schemas']['Me'] | undefined): Me {
  if (!data) throw new TypeError('the answer is empty');
  return data as Me;
}

/** Tells who asks; nobody is told so too. Throws as request.get does, like all of these. */
export async function fetchMe(signal: AbortSignal): Promise<Me> {
  return toMe((await client.GET('/api/v1/me', { signal })).data);
}

/**
 * Signs in. A ProblemError with code `access.second_factor` asks for the code of the second factor or a recovery code,
 * `access.throttled` says how long to wait.
 */
export async function signIn(name: string, password: string, code: string): Promise<Me> {
  const body = code ? { name, password, code } : { name, password };
  return toMe((await client.POST('/api/v1/session', { body })).data);
}

/** Ends the session of this browser. */
export async function signOut(): Promise<void> {
  await client.DELETE('/api/v1/session');
}

/** Makes the first administrator, with the token of the link that the terminal shows, and signs in. */
export async function setUp(token: string, name: string, password: string): Promise<Me> {
  return toMe((await client.POST('/api/v1/setup', { body: { token, name, password } })).data);
}

/** Shows everything as a user sees it; only for administrators. The page must be loaded again. */
export async function viewAs(user: string): Promise<Me> {
  return toMe((await client.PUT('/api/v1/session/view', { body: { user } })).data);
}

/** Goes back to one's own eyes after looking as somebody else. The page must be loaded again. */
export async function leaveView(): Promise<void> {
  await client.DELETE('/api/v1/session/view');
}
