import { useQuery } from '@tanstack/react-query';
import {
  fetchRoles,
  fetchTeams,
  fetchTokens,
  fetchUsers,
  rolesKey,
  teamsKey,
  tokensKey,
  usersKey,
} from '../../api/access';

// Others work here too, and last uses move.
const often = { refetchInterval: 15_000, staleTime: 0 };

/** Asks four times a minute who has an account. */
export function useUsers() {
  return useQuery({ queryKey: usersKey, queryFn: ({ signal }) => fetchUsers(signal), ...often });
}

/** Asks four times a minute which teams there are. */
export function useTeams() {
  return useQuery({ queryKey: teamsKey, queryFn: ({ signal }) => fetchTeams(signal), ...often });
}

/** Asks four times a minute which tokens there are. */
export function useTokens() {
  return useQuery({ queryKey: tokensKey, queryFn: ({ signal }) => fetchTokens(signal), ...often });
}

/** Asks what each role may do and sees masked. */
export function useRoles() {
  return useQuery({ queryKey: rolesKey, queryFn: ({ signal }) => fetchRoles(signal), ...often });
}
