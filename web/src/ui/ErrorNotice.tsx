import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { Button } from './Button';
import css from './ErrorNotice.module.css';
import { Notice } from './Notice';
import { problemDetail } from './problemDetail';
import { problemText } from './problemText';

interface ErrorNoticeProps {
  /** What a request threw, or a Problem inside of a ProblemError. */
  error: unknown;
  /** What could not be done: "The sources cannot be read." Without it the problem itself is the title. */
  title?: ReactNode;
  /** What goes on in spite of it. */
  stillWorks?: ReactNode;
  onRetry?: (() => void) | undefined;
  /** More next steps, behind Retry. */
  children?: ReactNode;
}

/** Says what failed, why in the page's language, what still works, and the id under which the server logged it. */
export function ErrorNotice({ error, title, stillWorks, onRetry, children }: ErrorNoticeProps) {
  const { t, i18n } = useTranslation();
  const problem = asProblem(error);
  const { key, withDetail } = problemText(problem);
  const reason = t(key);
  const detail = withDetail ? problemDetail(problem, i18n) : undefined;
  const { column, message } = problem.params ?? {};
  // The server's own words are a quotation; those of the console are a sentence like the others.
  const quoted = detail === problem.detail || detail === message;
  return (
    <Notice
      role="alert"
      health="critical"
      title={title ?? reason}
      text={
        <>
          {title && <p>{reason}</p>}
          {detail && (
            <p>
              {column && <b>{t('problem.column', { column })}</b>}{' '}
              {quoted ? <code translate="no">{detail}</code> : detail}
            </p>
          )}
          {stillWorks && <p>{stillWorks}</p>}
        </>
      }
    >
      {onRetry && (
        <Button size="small" onClick={onRetry}>
          {t('fault.retry')}
        </Button>
      )}
      {children}
      {problem.request_id && (
        <code className={css.request} translate="no">
          {t('problem.request', { id: problem.request_id })}
        </code>
      )}
    </Notice>
  );
}
