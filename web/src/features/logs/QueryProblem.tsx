import type { ParseKeys } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../api/problem';
import { Button } from '../../ui/Button';
import { problemDetail } from '../../ui/problemDetail';
import { problemText } from '../../ui/problemText';
import { StateMark } from '../../ui/StateMark';
import css from './QueryProblem.module.css';
import { replacePart } from './query/edit';

/** Kinds of mistakes in a query that are worded; the server may know newer ones. */
type SyntaxKind =
  Extract<ParseKeys, `problem.kind.${string}`> extends `problem.kind.${infer Kind}` ? Kind : never;

interface QueryProblemProps {
  problem: Problem;
  query: string;
  /** The part that the server could not read, in characters of the query. */
  wrong: { start: number; end: number } | null;
  /** The query is not finished: nothing is announced, and it has not been run. */
  typing?: boolean;
  /** The last good answer is still shown below. */
  keepsOld: boolean;
  /** Takes the mended query. */
  onUse: (query: string) => void;
  onRetry: () => void;
}

/** Says under the query line what went wrong, where, and how to go on. */
export function QueryProblem({
  problem,
  query,
  wrong,
  typing = false,
  keepsOld,
  onUse,
  onRetry,
}: QueryProblemProps) {
  const { t, i18n } = useTranslation();
  const { fix, request_id } = problem;
  const text = problemText(problem);
  const said = problemDetail(problem, i18n);
  const kind = problem.params?.kind;
  const title =
    kind && i18n.exists(`problem.kind.${kind}`)
      ? t(`problem.kind.${kind as SyntaxKind}`)
      : t(text.key);
  return (
    <div className={css.line} role={typing ? undefined : 'alert'}>
      {wrong ? (
        <b className={css.place}>{t('problem.column', { column: wrong.start + 1 })}</b>
      ) : (
        <StateMark health="critical" />
      )}
      <span className={css.title}>{title}</span>
      {text.withDetail && said && <code className={css.detail}>{said}</code>}
      {fix && wrong ? (
        <Button size="small" onClick={() => onUse(replacePart(query, wrong.start, wrong.end, fix))}>
          {t('problem.use')} <code>{fix}</code>
        </Button>
      ) : (
        !wrong &&
        !typing && (
          <Button size="small" onClick={onRetry}>
            {t('logs.retry')}
          </Button>
        )
      )}
      {keepsOld && !typing && <span className={css.note}>{t('problem.oldStays')}</span>}
      {request_id && (
        <code className={css.request}>{t('problem.request', { id: request_id })}</code>
      )}
    </div>
  );
}
