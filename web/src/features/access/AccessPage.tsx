import { useTranslation } from 'react-i18next';
import { Denied } from '../../app/Denied';
import { useMe } from '../../app/me';
import css from '../../ui/page.module.css';
import { Tabs } from '../../ui/Tabs';
import { Audit } from './audit/Audit';
import { EntryPanel } from './audit/EntryPanel';
import { Roles } from './roles/Roles';
import { type List, lists } from './search';
import { TeamPanel } from './teams/TeamPanel';
import { Teams } from './teams/Teams';
import { AddToken } from './tokens/AddToken';
import { TokenPanel } from './tokens/TokenPanel';
import { Tokens } from './tokens/Tokens';
import { useAccessSearch } from './useAccessSearch';
import { AddUser } from './users/AddUser';
import { UserPanel } from './users/UserPanel';
import { Users } from './users/Users';

/** Who may do and see what, and who did what. Its whole state is in the URL. */
export function AccessPage() {
  const { t } = useTranslation();
  const [{ list: asked }] = useAccessSearch();
  const { may } = useMe();
  const shown = (['users', ...lists] as const).filter((id) => may(needs(id)));
  // Who may only read the audit trail comes to it.
  const list = asked ?? shown[0] ?? 'users';
  if (!may(needs(list))) return <Denied needs={[needs(list)]} />;
  return (
    <div className={css.page}>
      <div className={css.main}>
        <Tabs
          label={t('access.tabs.label')}
          param="list"
          current={list}
          tabs={shown.map((id) => ({ id, label: t(`access.tabs.${id}`) }))}
        />
        {list === 'users' && <Users />}
        {list === 'teams' && <Teams />}
        {list === 'tokens' && <Tokens />}
        {list === 'roles' && <Roles />}
        {list === 'audit' && <Audit />}
      </div>
      <Panel list={list} />
    </div>
  );
}

function needs(list: 'users' | List): 'access' | 'audit' {
  return list === 'audit' ? 'audit' : 'access';
}

/** What is open beside the list. */
function Panel({ list }: { list: 'users' | List }) {
  const [{ open, make }] = useAccessSearch();
  if (make) {
    if (list === 'users') return <AddUser />;
    if (list === 'teams') return <TeamPanel />;
    return list === 'tokens' ? <AddToken /> : null;
  }
  if (!open) return null;
  if (list === 'users') return <UserPanel key={open} id={open} />;
  if (list === 'teams') return <TeamPanel key={open} code={open} />;
  if (list === 'tokens') return <TokenPanel key={open} id={open} />;
  return list === 'audit' ? <EntryPanel key={open} seq={open} /> : null;
}
