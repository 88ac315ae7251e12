import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Team } from '../../../api/access';
import { AnswerState } from '../../../app/AnswerState';
import { Button } from '../../../ui/Button';
import { Empty } from '../../../ui/Empty';
import { Icon } from '../../../ui/Icon';
import { type Column, LongTable } from '../../../ui/LongTable';
import { count } from '../../../ui/quantity';
import css from '../AccessPage.module.css';
import { GrantText } from '../ScopeSum';
import { useTeams } from '../useAccess';
import { useAccessSearch } from '../useAccessSearch';

/** The teams: which records each sees, and how many belong to it. */
export function Teams() {
  const { t } = useTranslation();
  const [{ open, find }, change] = useAccessSearch();
  const answer = useTeams();
  const columns = useColumns();
  const all = answer.data ?? [];
  const text = find?.toLowerCase() ?? '';
  const teams = all.filter(({ code, name }) => `${code} ${name}`.toLowerCase().includes(text));
  const add = (
    <Button
      look="primary"
      className={css.end ?? ''}
      onClick={() => change({ make: true, open: undefined })}
    >
      <Icon name="plus" size={14} />
      {t('access.teams.add')}
    </Button>
  );
  return (
    <>
      {all.length > 0 && (
        <div className={css.bar}>
          <input
            type="search"
            className={css.find}
            value={find ?? ''}
            placeholder={t('access.teams.find')}
            aria-label={t('access.teams.find')}
            onChange={({ target }) => change({ find: target.value || undefined }, true)}
          />
          {add}
        </div>
      )}
      <AnswerState answer={answer} failed={t('access.teams.failed')} />
      {answer.data && all.length === 0 && (
        <Empty title={t('access.teams.empty')} why={t('access.teams.emptyWhy')}>
          {add}
        </Empty>
      )}
      {all.length > 0 && teams.length === 0 && (
        <Empty title={t('access.none')}>
          <Button size="small" onClick={() => change({ find: undefined })}>
            {t('access.showAll')}
          </Button>
        </Empty>
      )}
      {teams.length > 0 && (
        <LongTable
          label={t('access.tabs.teams')}
          columns={columns}
          rows={teams}
          keyOf={({ code }) => code}
          openKey={open}
        />
      )}
    </>
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
