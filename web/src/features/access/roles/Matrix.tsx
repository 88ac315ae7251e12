import { useTranslation } from 'react-i18next';
import { roles as order, type RoleView } from '../../../api/access';
import { Icon } from '../../../ui/Icon';
import css from './Roles.module.css';

/** What may be allowed, from what everybody may to what only administrators may. */
const permissions = [
  'ingest',
  'self',
  'read',
  'save',
  'system',
  'operate',
  'settings',
  'delete',
  'access',
  'audit',
] as const;

/** What wants to see all records without masks, and so is lost by a role that sees fields masked. */
const ofTheWhole: ReadonlySet<string> = new Set(['system', 'operate']);

/** Which role may do what. */
export function Matrix({ roles }: { roles: readonly RoleView[] }) {
  const { t } = useTranslation();
  const views = order.flatMap((name) => roles.filter(({ role }) => role === name));
  return (
    <table className={css.matrix}>
      <thead>
        <tr>
          <th scope="col">{t('access.roles.may')}</th>
          {views.map(({ role }) => (
            <th key={role} scope="col" title={t(`access.roleDoes.${role}`)}>
              {t(`role.${role}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {permissions.map((permission) => (
          <tr key={permission}>
            <th scope="row">{t(`access.permission.${permission}`)}</th>
            {views.map(({ role, permissions: has, masked }) => (
              <td key={role}>
                {has.includes(permission) && masked.length > 0 && ofTheWhole.has(permission) ? (
                  <span className={css.taken}>{t('access.roles.taken')}</span>
                ) : has.includes(permission) ? (
                  <span role="img" aria-label={t('access.yes')}>
                    <Icon name="check" size={14} />
                  </span>
                ) : (
                  <span className={css.no}>–</span>
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
