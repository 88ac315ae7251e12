import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { StateMark } from '../../ui/StateMark';
import css from './CutShort.module.css';

interface CutShortProps {
  /** What is amiss, in a word or two. */
  title: string;
  reason?: string | undefined;
  /** What asking again is called; Retry when missing. */
  again?: string;
  onRetry: () => void;
}

/** Says in the line of costs that an answer is not whole, and asks again. */
export function CutShort({ title, reason, again, onRetry }: CutShortProps) {
  const { t } = useTranslation();
  return (
    <span className={css.cut} title={reason}>
      <StateMark health="warn" />
      <b>{title}</b>
      {reason && <span className={css.reason}>{reason}</span>}
      <Button size="small" onClick={onRetry}>
        {again ?? t('logs.retry')}
      </Button>
    </span>
  );
}
