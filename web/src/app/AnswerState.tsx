import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../ui/ErrorNotice';
import css from './AnswerState.module.css';
import { useConnection } from './connection';

interface AnswerStateProps {
  answer: Pick<
    UseQueryResult,
    'data' | 'error' | 'dataUpdatedAt' | 'errorUpdatedAt' | 'isPending' | 'refetch'
  >;
  /** What could not be read. */
  failed: string;
  stillWorks?: string;
}

/** Stands before what an answer shows: says that it is awaited, that it failed, or how old what is shown is, and greys that. */
export function AnswerState({ answer, failed, stillWorks }: AnswerStateProps) {
  const { t } = useTranslation();
  const away = useConnection().state === 'down';
  const { data, error, dataUpdatedAt, errorUpdatedAt, isPending, refetch } = answer;
  if (isPending) {
    return (
      <p role="status" className={css.waiting}>
        {t('shell.waiting')}
      </p>
    );
  }
  // While the whole server is away, the line over the page says so, with the age.
  if (!error || (data && away)) return null;
  return (
    <div className={data ? css.old : undefined}>
      <ErrorNotice
        error={error}
        title={failed}
        stillWorks={stillWorks}
        onRetry={() => void refetch()}
      />
      {data !== undefined && (
        <p className={css.age}>
          {t('connection.age', { n: Math.round((errorUpdatedAt - dataUpdatedAt) / 1000) })}
        </p>
      )}
    </div>
  );
}
