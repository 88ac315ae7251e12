// Who may do and see what: users, teams, tokens and roles.
import { client } from './client';
import type { components } from './schema';

export type User = components['schemas']['User'];
export type Team = components['schemas']['Team'];
export type Grant = components['schemas']['Grant'];
export type Token = components['schemas']['Token'];
export type Role = Token['role'];
/** What a role may do, and which fields it sees masked. */
export type RoleView = components['schemas']['RoleView'] & { role: Role };

/** The roles in their order: those of programs alone first. */
export const roles = ['ingest', 'agent', 'viewer', 'operator', 'admin'] as const;

/** The roles of people. */
export const personRoles = ['viewer', 'operator', 'admin'] as const;

/** Roles that see fields masked when told so. */
export const maskedRoles = ['viewer', 'operator'] as const;
export type MaskedRole = (typeof maskedRoles)[number];

/** What an administrator says of a user. */
export type UserText = Pick<
  User,
  'name' | 'full_name' | 'email' | 'role' | 'everything' | 'teams' | 'disabled'
>;

/** What a person says of a new token; without `expires`, RFC 3339, it has no end. */
export type TokenText = Pick<Token, 'name' | 'role' | 'datasets' | 'stream' | 'expires'>;

export const usersKey = ['users'] as const;
export const teamsKey = ['teams'] as const;
export const tokensKey = ['tokens'] as const;
export const rolesKey = ['roles'] as const;

const byId = (id: string) => ({ params: { path: { id } } });

function wanted<T>(data: T | undefined): T {
  if (data === undefined) throw new TypeError('the answer is empty');
  return data;
}

/** Lists everybody who has an account; throws as request.get does, like all of these. */
export async function fetchUsers(signal: AbortSignal): Promise<readonly User[]> {
  return wanted((await client.GET('/api/v1/users', { signal })).data).users;
}

/** Adds a user; the server makes a password that must be changed. */
export async function addUser(text: UserText): Promise<components['schemas']['MadeUser']> {
  const { disabled: _, ...body } = text;
  return wanted((await client.POST('/api/v1/users', { body })).data);
}

/** Changes a user; `conflict` says that somebody else did since it was read. */
export async function changeUser(
  { id, revision }: Pick<User, 'id' | 'revision'>,
  text: UserText,
): Promise<User> {
  const body = { ...text, revision };
  return wanted((await client.PUT('/api/v1/users/{id}', { ...byId(id), body })).data);
}

export async function deleteUser(id: string): Promise<void> {
  await client.DELETE('/api/v1/users/{id}', byId(id));
}

/** Gives a user a password that the server makes and that must be changed. */
export async function resetPassword(id: string): Promise<string> {
  return wanted((await client.POST('/api/v1/users/{id}/password', byId(id))).data).password;
}

/** Ends all sessions of a user. */
export async function signOutUser(id: string): Promise<void> {
  await client.POST('/api/v1/users/{id}/sign-out', byId(id));
}

/** Takes the second factor from a user who lost it. */
export async function removeSecondFactor(id: string): Promise<void> {
  await client.DELETE('/api/v1/users/{id}/second-factor', byId(id));
}

/** Lists the teams by code. */
export async function fetchTeams(signal: AbortSignal): Promise<readonly Team[]> {
  return wanted((await client.GET('/api/v1/teams', { signal })).data).teams;
}

export async function addTeam(body: Pick<Team, 'code' | 'name' | 'grants'>): Promise<Team> {
  return wanted((await client.POST('/api/v1/teams', { body })).data);
}

/** Changes a team; `conflict` says that somebody else did since it was read. */
export async function changeTeam(
  { code, revision }: Pick<Team, 'code' | 'revision'>,
  text: Pick<Team, 'name' | 'grants'>,
): Promise<Team> {
  const body = { ...text, revision };
  const params = { path: { code } };
  return wanted((await client.PUT('/api/v1/teams/{code}', { params, body })).data);
}

export async function deleteTeam(code: string): Promise<void> {
  await client.DELETE('/api/v1/teams/{code}', { params: { path: { code } } });
}

/** Lists the tokens that were not revoked. */
export async function fetchTokens(signal: AbortSignal): Promise<readonly Token[]> {
  return wanted((await client.GET('/api/v1/tokens', { signal })).data).tokens;
}

/** Makes a token; its secret is in this answer alone. */
export async function addToken(body: TokenText): Promise<components['schemas']['MadeToken']> {
  return wanted((await client.POST('/api/v1/tokens', { body })).data);
}

/** Ends a token at once. */
export async function revokeToken(id: string): Promise<void> {
  await client.DELETE('/api/v1/tokens/{id}', byId(id));
}

/** Tells what each role may do and sees masked. */
export async function fetchRoles(signal: AbortSignal): Promise<readonly RoleView[]> {
  // The server names no other roles.
  return wanted((await client.GET('/api/v1/roles', { signal })).data).roles as RoleView[];
}

/** Says which fields a role sees masked. */
export async function maskFields(role: MaskedRole, masked: readonly string[]): Promise<void> {
  const params = { path: { role } };
  await client.PUT('/api/v1/roles/{role}', { params, body: { masked: [...masked] } });
}
