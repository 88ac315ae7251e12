import type { User, UserText } from '../../../api/access';

/** Begins with what holds, or with a viewer who sees nothing yet. */
export function draftOf(user?: User): UserText {
  if (!user) {
    return {
      name: '',
      full_name: '',
      email: '',
      role: 'viewer',
      everything: false,
      teams: [],
      disabled: false,
    };
  }
  const { name, full_name, email, role, everything, teams, disabled } = user;
  return { name, full_name, email, role, everything, teams, disabled };
}

/** Puts a team in or takes it out; in one order, so that going back is no change. */
export function withTeam(draft: UserText, code: string, member: boolean): UserText {
  const others = draft.teams.filter((one) => one !== code);
  return { ...draft, teams: member ? [...others, code].toSorted() : others };
}

/** Reports whether the draft says something else than what holds. */
export function isChanged(draft: UserText, user: User): boolean {
  const sorted = (text: UserText) => JSON.stringify({ ...text, teams: text.teams.toSorted() });
  return sorted(draft) !== sorted(draftOf(user));
}
