// Who may do and see what: users, teams, tokens and roles.
import { getJSON, sendJSON } from './request';

/** What somebody may do; what they may see is said by their teams. */
export const roles = ['ingest', 'agent', 'viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

/** The roles of people. */
export const personRoles = ['viewer', 'operator', 'admin'] as const;

export interface User {
  id: string;
  name: string;
  full_name: string;
  email: string;
  role: Role;
  everything: boolean;
  teams: string[];
  disabled: boolean;
  second_factor: boolean;
  must_change: boolean;
  provider: string;
  created: string;
  /** Missing before the first one. */
  last_sign_in?: string;
  revision: number;
}

/** What an administrator says of a user. */
export type UserText = Pick<
  User,
  'name' | 'full_name' | 'email' | 'role' | 'everything' | 'teams' | 'disabled'
>;

export interface Grant {
  datasets?: string[];
  stream?: string;
}

export interface Team {
  code: string;
  name: string;
  grants: Grant[];
  members: number;
  revision: number;
}

export interface Token {
  id: string;
  name: string;
  role: Role;
  datasets: string[];
  stream: string;
  owner: string;
  created: string;
  expires?: string;
  last_used?: string;
  last_address: string;
  prefix: string;
}

/** What a person says of a new token. */
export interface TokenText {
  name: string;
  role: Role;
  datasets: string[];
  stream: string;
  /** RFC 3339; without it the token never expires. */
  expires?: string;
}

/** What a role may do, and which fields it sees masked. */
export interface RoleView {
  role: Role;
  permissions: string[];
  masked: string[];
}

export const usersKey = ['users'] as const;
export const teamsKey = ['teams'] as const;
export const tokensKey = ['tokens'] as const;
export const rolesKey = ['roles'] as const;

const list = (name: string) => `/api/v1/${name}`;
const entry = (name: string, id: string) => `/api/v1/${name}/${encodeURIComponent(id)}`;

/** Lists everybody who has an account; throws as request.get does, like all of these. */
export async function fetchUsers(signal: AbortSignal): Promise<User[]> {
  const { users } = await getJSON<{ users: User[] | null }>(list('users'), {}, signal);
  return users ?? [];
}

/** What is made and shown once. */
export interface WithPassword {
  password?: string;
}

/** Adds a user; the server makes a password that must be changed. */
export function addUser({ disabled: _, ...text }: UserText): Promise<User & WithPassword> {
  return sendJSON('POST', list('users'), text);
}

/** Changes a user; `conflict` says that somebody else did since it was read. */
export function changeUser(
  { id, revision }: Pick<User, 'id' | 'revision'>,
  text: UserText,
): Promise<User> {
  return sendJSON('PUT', entry('users', id), { ...text, revision });
}

export function deleteUser(id: string): Promise<void> {
  return sendJSON('DELETE', entry('users', id));
}

/** Gives a user a password that the server makes and that must be changed. */
export function resetPassword(id: string): Promise<{ password: string }> {
  return sendJSON('POST', `${entry('users', id)}/password`);
}

/** Ends all sessions of a user. */
export function signOutUser(id: string): Promise<void> {
  return sendJSON('POST', `${entry('users', id)}/sign-out`);
}

/** Takes the second factor from a user who lost it. */
export function removeSecondFactor(id: string): Promise<void> {
  return sendJSON('DELETE', `${entry('users', id)}/second-factor`);
}

/** Lists the teams by code. */
export async function fetchTeams(signal: AbortSignal): Promise<Team[]> {
  const { teams } = await getJSON<{ teams: Team[] | null }>(list('teams'), {}, signal);
  return teams ?? [];
}

export function addTeam(text: Pick<Team, 'code' | 'name' | 'grants'>): Promise<Team> {
  return sendJSON('POST', list('teams'), text);
}

/** Changes a team; `conflict` says that somebody else did since it was read. */
export function changeTeam(
  { code, revision }: Pick<Team, 'code' | 'revision'>,
  text: Pick<Team, 'name' | 'grants'>,
): Promise<Team> {
  return sendJSON('PUT', entry('teams', code), { ...text, revision });
}

export function deleteTeam(code: string): Promise<void> {
  return sendJSON('DELETE', entry('teams', code));
}

/** Lists the tokens that were not revoked. */
export async function fetchTokens(signal: AbortSignal): Promise<Token[]> {
  const { tokens } = await getJSON<{ tokens: Token[] | null }>(list('tokens'), {}, signal);
  return tokens ?? [];
}

/** Makes a token; its secret is in this answer alone. */
export function addToken(text: TokenText): Promise<Token & { secret: string }> {
  return sendJSON('POST', list('tokens'), text);
}

/** Ends a token at once. */
export function revokeToken(id: string): Promise<void> {
  return sendJSON('DELETE', entry('tokens', id));
}

/** Tells what each role may do and sees masked. */
export async function fetchRoles(signal: AbortSignal): Promise<RoleView[]> {
  const answer = await getJSON<{ roles: RoleView[] | null }>(list('roles'), {}, signal);
  return answer.roles ?? [];
}

/** Says which fields a role sees masked. */
export function maskFields(role: Role, masked: readonly string[]): Promise<void> {
  return sendJSON('PUT', entry('roles', role), { masked });
}
