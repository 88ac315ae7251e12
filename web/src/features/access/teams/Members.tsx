import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { changeUser, type Team, teamsKey, type User, usersKey } from '../../../api/access';
import { IconButton } from '../../../ui/Button';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import css from '../Form.module.css';
import { useUsers } from '../useAccess';
import { draftOf, withTeam } from '../users/userDraft';

/** Who belongs to a team; people are put in and taken out at once. */
export function Members({ team: { code } }: { team: Team }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data: users = [] } = useUsers();
  const move = useMutation({
    mutationFn: ({ user, member }: { user: User; member: boolean }) =>
      changeUser(user, withTeam(draftOf(user), code, member)),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: usersKey });
      void queries.invalidateQueries({ queryKey: teamsKey });
    },
  });
  const members = users.filter(({ teams }) => teams.includes(code));
  // Administrators see everything in any case.
  const others = users.filter((user) => !user.teams.includes(code) && user.role !== 'admin');
  return (
    <section className={css.form} aria-label={t('access.teams.members')}>
      <h3 className={css.title}>{t('access.teams.members')}</h3>
      {members.length === 0 && <p className={css.hint}>{t('access.teams.noMembers')}</p>}
      <ul>
        {members.map((user) => (
          <li key={user.id} className={css.member}>
            <Link
              to="/access"
              search={({ from, to, tz }) => ({ from, to, tz, open: user.id })}
              className={css.link}
              translate="no"
            >
              {user.name}
            </Link>
            <span translate="no">{user.full_name}</span>
            <IconButton
              icon="close"
              size="small"
              look="ghost"
              iconSize={12}
              disabled={move.isPending}
              label={t('access.teams.takeOut', { name: user.name })}
              onClick={() => move.mutate({ user, member: false })}
            />
          </li>
        ))}
      </ul>
      {others.length > 0 && (
        <label className={css.field}>
          {t('access.teams.putIn')}
          <select
            value=""
            disabled={move.isPending}
            onChange={({ target }) => {
              const user = others.find(({ id }) => id === target.value);
              if (user) move.mutate({ user, member: true });
            }}
          >
            <option value="">{t('access.teams.choose')}</option>
            {others.map(({ id, name, full_name }) => (
              <option key={id} value={id} translate="no">
                {full_name ? `${name} (${full_name})` : name}
              </option>
            ))}
          </select>
        </label>
      )}
      {move.error && <ErrorNotice error={move.error} title={t('access.notSaved')} />}
    </section>
  );
}
