import type { ParseKeys } from 'i18next';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../../api/problem';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { StateMark } from '../../ui/StateMark';
import css from './SignInForm.module.css';

interface RefusalProps {
  /** What the last attempt threw. */
  error: unknown;
  /** The code of the second factor that was sent with it; empty when none was. */
  code: string;
  /** For how many seconds nothing more is taken. */
  wait: number;
}

/** Why an attempt to sign in was refused, without telling strangers which part of it was wrong. */
export function Refusal({ error, code, wait }: RefusalProps) {
  const { t } = useTranslation();
  if (!error) return null;
  const problem = asProblem(error);
  if (problem.code === 'access.second_factor' && !code) return <p>{t('signin.codeAsked')}</p>;
  if (problem.code === 'access.throttled') {
    return (
      <p className={css.refusal} role="alert">
        <StateMark health="warn" />
        <span>
          {t('signin.throttled')}{' '}
          <b aria-hidden="true">
            {wait > 0 ? t('signin.wait', { time: minutes(wait) }) : t('signin.waited')}
          </b>
        </span>
      </p>
    );
  }
  const text = texts[problem.code ?? ''];
  if (!text) return <ErrorNotice error={error} />;
  return (
    <p className={css.refusal} role="alert">
      <StateMark health="critical" />
      <span>{t(code && problem.code === 'access.credentials' ? 'signin.wrongCode' : text)}</span>
    </p>
  );
}

const texts: Readonly<Record<string, ParseKeys>> = {
  'access.credentials': 'signin.wrong',
  'access.second_factor': 'signin.wrongCode',
  'access.disabled': 'signin.disabled',
  'access.expired': 'signin.expired',
};

/** Writes seconds as a clock does: 1:05. */
function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
