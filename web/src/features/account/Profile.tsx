import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { fetchTeams, teamsKey } from '../../api/access';
import type { Me } from '../../api/me';
import { Section } from '../../ui/Section';
import css from './AccountPage.module.css';

/** Who one is, what one may do, and what one sees. */
export function Profile({ me }: { me: Me }) {
  const { t } = useTranslation();
  const { teams, masked } = me;
  const { data: known = [] } = useQuery({
    queryKey: teamsKey,
    queryFn: ({ signal }) => fetchTeams(signal),
    enabled: teams.length > 0,
  });
  const teamName = (code: string) => known.find((team) => team.code === code)?.name ?? code;
  return (
    <Section title={t('account.profile')}>
      <dl className={css.facts}>
        <dt>{t('signin.name')}</dt>
        <dd translate="no">{me.name}</dd>
        {me.full_name && (
          <>
            <dt>{t('account.fullName')}</dt>
            <dd translate="no">{me.full_name}</dd>
          </>
        )}
        {me.role && (
          <>
            <dt>{t('account.role')}</dt>
            <dd>
              {t(`role.${me.role}`)} <small>{t(`account.roleText.${me.role}`)}</small>
            </dd>
          </>
        )}
        <dt>{t('account.teams')}</dt>
        <dd translate="no">{teams.length > 0 ? teams.map(teamName).join(', ') : '–'}</dd>
        <dt>{t('account.sees')}</dt>
        <dd>
          {me.everything
            ? t('account.seesAll')
            : t(teams.length > 0 ? 'account.seesTeams' : 'account.seesNothing')}
          {masked.length > 0 && (
            <small>
              {t('account.masked')} <code translate="no">{masked.join(', ')}</code>
            </small>
          )}
        </dd>
      </dl>
    </Section>
  );
}
