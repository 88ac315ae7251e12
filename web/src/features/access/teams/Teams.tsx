import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Team } from '../../../api/access';
import type { Column } from '../../../ui/LongTable';
import { count } from '../../../ui/quantity';
import { AccessList } from '../AccessList';
import { GrantText } from '../ScopeSum';
import { useTeams } from '../useAccess';

/** The teams: which records each sees, and how many belong to it. */
export function Teams() {
  const answer = useTeams();
  return (
    <AccessList
      list="teams"
      answer={answer}
      rows={answer.data ?? []}
      wordsOf={({ code, name }) => `${code} ${name}`}
      columns={useColumns()}
      keyOf={({ code }) => code}
    />
  );
}

function useColumns(): Column<Team>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'name',
      head: t('access.teams.name'),
      width: '22%',
      phoneWidth: '30%',
      cell: ({ code, name }) => (
        <>
          <Link
            to="/access"
            search={(old) => ({ ...old, open: code, make: undefined })}
            data-row=""
            translate="no"
          >
            {name || code}
          </Link>
          <small translate="no">{code}</small>
        </>
      ),
    },
    {
      id: 'code',
      head: t('access.teams.code'),
      marks: ['mono', 'wide'],
      cell: ({ code }) => <span translate="no">{code}</span>,
    },
    {
      id: 'grants',
      head: t('access.teams.grants'),
      width: '50%',
      cell: ({ grants }) =>
        grants.length === 0
          ? t('access.teams.noGrants')
          : grants.map((grant, i) => (
              <span key={JSON.stringify(grant)}>
                {i > 0 && '; '}
                <GrantText grant={grant} />
              </span>
            )),
    },
    {
      id: 'members',
      head: t('access.teams.members'),
      marks: ['number'],
      cell: ({ members }) => count(members),
    },
  ];
}
