import { useTranslation } from 'react-i18next';
import { personRoles, type Team, type UserText } from '../../../api/access';
import { limits } from '../../../api/limits';
import css from '../Form.module.css';
import { ScopeSum } from '../ScopeSum';
import { sightOf } from '../scope';
import { useRoles } from '../useAccess';
import { useAccessSearch } from '../useAccessSearch';
import { withTeam } from './userDraft';

interface UserFieldsProps {
  draft: UserText;
  teams: readonly Team[];
  isNew: boolean;
  /** The only administrator: nobody could give the role back. */
  last: boolean;
  onChange: (draft: UserText) => void;
}

/** Who somebody is, what they may do, and what they see. */
export function UserFields({ draft, teams, isNew, last, onChange }: UserFieldsProps) {
  const { t } = useTranslation();
  const [, open] = useAccessSearch();
  const { data: roles } = useRoles();
  const masked = roles?.find(({ role }) => role === draft.role)?.masked ?? [];
  const set = (change: Partial<UserText>) => onChange({ ...draft, ...change });
  const sight = sightOf(draft, teams);
  return (
    <>
      <label className={css.field}>
        {t('access.users.name')}
        <input
          value={draft.name}
          required
          maxLength={limits.userName}
          autoComplete="off"
          spellCheck={false}
          data-autofocus={isNew ? '' : undefined}
          onChange={({ target }) => set({ name: target.value })}
        />
      </label>
      <label className={css.field}>
        {t('access.users.fullName')}
        <input
          value={draft.full_name}
          maxLength={limits.title}
          autoComplete="off"
          onChange={({ target }) => set({ full_name: target.value })}
        />
      </label>
      <label className={css.field}>
        {t('access.users.email')}
        <input
          type="email"
          value={draft.email}
          maxLength={limits.title}
          autoComplete="off"
          onChange={({ target }) => set({ email: target.value })}
        />
      </label>
      <label className={css.field}>
        {t('access.users.role')}
        <select
          value={draft.role}
          disabled={last}
          onChange={({ target }) => set({ role: target.value as UserText['role'] })}
        >
          {personRoles.map((role) => (
            <option key={role} value={role}>
              {t(`role.${role}`)}
            </option>
          ))}
        </select>
        <span className={css.hint}>
          {last ? t('access.users.lastAdmin') : t(`access.roleDoes.${draft.role}`)}
        </span>
      </label>
      {draft.role !== 'admin' && (
        <>
          <label className={css.check}>
            <input
              type="checkbox"
              checked={draft.everything}
              onChange={({ target }) => set({ everything: target.checked })}
            />
            <span>
              {t('access.users.everything')}
              <small>{t('access.users.everythingHint')}</small>
            </span>
          </label>
          <fieldset className={css.field}>
            <legend>{t('access.users.teams')}</legend>
            <div className={css.choices}>
              {teams.map(({ code, name }) => (
                <label key={code} className={css.check}>
                  <input
                    type="checkbox"
                    checked={draft.teams.includes(code)}
                    onChange={({ target }) => onChange(withTeam(draft, code, target.checked))}
                  />
                  <span translate="no">
                    {name || code}
                    {teams.some((other) => other.code !== code && other.name === name) && (
                      <small>{code}</small>
                    )}
                  </span>
                </label>
              ))}
            </div>
            {teams.length === 0 && (
              <p className={css.hint}>
                {t('access.users.noTeams')}{' '}
                <button
                  type="button"
                  className={css.link}
                  onClick={() => open({ list: 'teams', make: true, open: undefined })}
                >
                  {t('access.teams.add')}
                </button>
              </p>
            )}
          </fieldset>
        </>
      )}
      <ScopeSum sight={sight} masked={masked} />
    </>
  );
}
