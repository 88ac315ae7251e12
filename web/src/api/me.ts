// Who makes the requests of this page, and how one becomes somebody.
import { getJSON, sendJSON } from './request';

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
export interface Me {
  signed_in: boolean;
  /** There is no administrator yet. */
  setup: boolean;
  id: string;
  name: string;
  full_name: string;
  kind: '' | 'local' | 'user' | 'token' | 'certificate';
  role: Role | '';
  teams: readonly string[] | null;
  /** Sees every record but the audit trail, and no field masked. */
  whole: boolean;
  masked: readonly string[] | null;
  second_factor: boolean;
  /** The password was given by somebody else and must be changed before anything else. */
  must_change: boolean;
  /** The administrator who looks as this person; empty otherwise. */
  seen_by: string;
  permissions: readonly string[] | null;
  sign_in: {
    password: boolean;
    providers: readonly { id: string; name: string }[] | null;
  };
  password: { min_length: number };
  /** Records are taken from this machine without a token. */
  open_ingest: boolean;
}

/** Tells who asks; nobody is somebody too. Throws as request.get does, like all of these. */
export async function fetchMe(signal: AbortSignal): Promise<Me> {
  return getJSON<Me>('/api/v1/me', {}, signal);
}

/**
 * Signs in. A ProblemError with code `access.second_factor` asks for the code of the second factor or a recovery code,
 * `access.throttled` says how long to wait.
 */
export async function signIn(name: string, password: string, code: string): Promise<Me> {
  const body = code ? { name, password, code } : { name, password };
  return sendJSON<Me>('POST', '/api/v1/session', body);
}

/** Ends the session of this browser. */
export async function signOut(): Promise<void> {
  await sendJSON('DELETE', '/api/v1/session');
}

/** Makes the first administrator, with the token of the link that the terminal shows, and signs in. */
export async function setUp(token: string, name: string, password: string): Promise<Me> {
  return sendJSON<Me>('POST', '/api/v1/setup', { token, name, password });
}

/** Shows everything as a user sees it; only for administrators. The page must be loaded again. */
export async function viewAs(user: string): Promise<Me> {
  return sendJSON<Me>('PUT', '/api/v1/session/view', { user });
}

/** Goes back to one's own eyes. The page must be loaded again. */
export async function leaveView(): Promise<Me> {
  return sendJSON<Me>('DELETE', '/api/v1/session/view');
}
