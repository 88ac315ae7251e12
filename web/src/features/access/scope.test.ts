import { describe, expect, it } from 'vitest';
import type { Team, User } from '../../api/access';
import { isLastAdmin, queryOf, queryOfSight, sightOf } from './scope';

function team(code: string, ...grants: Team['grants']): Team {
  return { code, name: code, grants, members: 0, revision: 1 };
}
const teams = [
  team('pay', { datasets: ['logs', 'traps'], stream: '{team="pay"}' }),
  team('net', { datasets: ['traps'] }),
  team('ops', { stream: '*' }),
];

describe('what somebody sees', () => {
  it('is nothing without a team, and not everything', () => {
    const sight = sightOf({ role: 'viewer', everything: false, teams: [] }, teams);
    expect(sight).toEqual({ kind: 'grants', grants: [] });
    expect(queryOfSight(sight)).toBeNull();
  });

  it('is the union of the grants of the teams', () => {
    const sight = sightOf({ role: 'viewer', everything: false, teams: ['pay', 'net'] }, teams);
    expect(queryOfSight(sight)).toBe(
      '_dataset:* ((_dataset:in(logs, traps) {team="pay"}) or (_dataset:in(traps)))',
    );
  });

  it('holds the audit trail for administrators alone', () => {
    expect(sightOf({ role: 'admin', everything: false, teams: [] }, teams).kind).toBe('all');
    const free = sightOf({ role: 'operator', everything: false, teams: ['ops', 'pay'] }, teams);
    expect(free.kind).toBe('everything');
    expect(queryOfSight(free)).toBe('_dataset:* -_dataset:audit');
    expect(queryOf({ stream: ' {a="b"} ' })).toBe('_dataset:* -_dataset:audit {a="b"}');
  });

  it('stays within the datasets when the stream filter has an or', () => {
    expect(queryOf({ datasets: ['logs'], stream: '{a="b"} or {c="d"}' })).toBe(
      '_dataset:in(logs) ({a="b"} or {c="d"})',
    );
  });
});

describe('the last administrator', () => {
  const user = (id: string, role: User['role'], disabled = false) =>
    ({ id, role, disabled }) as User;
  it('is the only one who can sign in', () => {
    const jane = user('jane', 'admin');
    const kim = user('kim', 'admin', true);
    expect(isLastAdmin(jane, [jane, kim, user('lee', 'viewer')])).toBe(true);
    expect(isLastAdmin(kim, [jane, kim])).toBe(false);
    expect(isLastAdmin(jane, [jane, user('park', 'admin')])).toBe(false);
  });
});
