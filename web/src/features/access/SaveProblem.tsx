import { useTranslation } from 'react-i18next';
import { asProblem } from '../../api/problem';
import { Button } from '../../ui/Button';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Notice } from '../../ui/Notice';

interface SaveProblemProps {
  error: unknown;
  /** Reads again what is there, and begins anew with it. */
  onReload: () => void;
}

/** Says why something was not saved; when somebody else was faster, it offers to load what they saved. */
export function SaveProblem({ error, onReload }: SaveProblemProps) {
  const { t } = useTranslation();
  const { code, params } = asProblem(error);
  if (code !== 'conflict' || params?.reason === 'name') {
    return <ErrorNotice error={error} title={t('access.notSaved')} />;
  }
  return (
    <Notice
      role="alert"
      health="warn"
      title={t('access.conflict.title')}
      text={t('access.conflict.text')}
    >
      <Button size="small" onClick={onReload}>
        {t('access.conflict.load')}
      </Button>
    </Notice>
  );
}
