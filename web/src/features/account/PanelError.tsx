import { useTranslation } from 'react-i18next';
import { asProblem } from '../../api/problem';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { StateMark } from '../../ui/StateMark';
import css from './AccountPage.module.css';

interface PanelErrorProps {
  error: unknown;
  /** What is refused where the server only says that it is wrong; without it the password. */
  refused?: 'password' | 'code';
}

/** Why a change of the account was refused. */
export function PanelError({ error, refused = 'password' }: PanelErrorProps) {
  const { t } = useTranslation();
  if (!error) return null;
  if (asProblem(error).code !== 'access.credentials') return <ErrorNotice error={error} />;
  return (
    <p role="alert" className={css.state}>
      <StateMark health="critical" />
      {t(refused === 'code' ? 'signin.wrongCode' : 'account.password.wrong')}
    </p>
  );
}
