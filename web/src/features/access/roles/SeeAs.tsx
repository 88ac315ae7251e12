import { useTranslation } from 'react-i18next';
import type { RoleView } from '../../../api/access';
import { Empty } from '../../../ui/Empty';
import form from '../Form.module.css';
import { ScopeCount } from '../ScopeCount';
import { ScopeSum } from '../ScopeSum';
import { queryOfSight, sightOf } from '../scope';
import { useTeams, useUsers } from '../useAccess';
import { useAccessSearch } from '../useAccessSearch';
import css from './Roles.module.css';
import { SeeAsButton } from './SeeAsButton';

/** Chooses somebody, says what they see, counts it, and shows the console as they have it. */
export function SeeAs({ roles }: { roles: readonly RoleView[] }) {
  const { t } = useTranslation();
  const { data: users } = useUsers();
  const { data: teams = [] } = useTeams();
  const [{ open }, change] = useAccessSearch();
  // An administrator sees everything in any case.
  const people = users?.filter(({ role, disabled }) => role !== 'admin' && !disabled) ?? [];
  const user = people.find(({ id }) => id === open) ?? people[0];
  if (users && !user) {
    return <Empty title={t('access.seeAs.nobody')} why={t('access.seeAs.nobodyWhy')} />;
  }
  if (!user) return null;
  const sight = sightOf(user, teams);
  const query = queryOfSight(sight);
  return (
    <div className={css.seeAs}>
      <div className={form.row}>
        <label className={form.field}>
          {t('access.seeAs.who')}
          <select value={user.id} onChange={({ target }) => change({ open: target.value }, true)}>
            {people.map(({ id, name, full_name }) => (
              <option key={id} value={id} translate="no">
                {full_name ? `${name} (${full_name})` : name}
              </option>
            ))}
          </select>
        </label>
      </div>
      <ScopeSum sight={sight} masked={roles.find(({ role }) => role === user.role)?.masked ?? []} />
      {query && <ScopeCount query={query} />}
      <div className={form.row}>
        <SeeAsButton user={user} />
      </div>
      <p className={form.hint}>{t('access.seeAs.hint')}</p>
    </div>
  );
}
