import type { UseMutationResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { SidePanel } from '../../ui/SidePanel';
import css from './Form.module.css';
import { useAccessSearch } from './useAccessSearch';

interface MakePanelProps {
  /** Which list gets another one; its texts are under this name. */
  list: 'users' | 'tokens';
  make: Pick<UseMutationResult<unknown, Error, void>, 'mutate' | 'isPending' | 'error'>;
  /** Enough is filled in. */
  ready: boolean;
  /** Takes the form's place when it is made: what is shown this once. */
  made?: ReactNode;
  /** The form's fields. */
  children: ReactNode;
}

/** Makes a thing of a list that has a secret, which is shown at the end. */
export function MakePanel({ list, make, ready, made, children }: MakePanelProps) {
  const { t } = useTranslation();
  const [, change] = useAccessSearch();
  const close = () => change({ make: undefined });
  const can = ready && !make.isPending;
  const submit = () => can && make.mutate();
  return (
    <SidePanel
      title={t(`access.${list}.add`)}
      onClose={close}
      foot={
        made ? (
          <Button look="primary" onClick={close}>
            {t('access.done')}
          </Button>
        ) : (
          <Button look="primary" disabled={!can} onClick={submit}>
            {t(`access.${list}.addNow`)}
          </Button>
        )
      }
    >
      {made ? (
        <div className={css.form}>{made}</div>
      ) : (
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          {children}
          {make.error && <ErrorNotice error={make.error} title={t('access.notSaved')} />}
        </form>
      )}
    </SidePanel>
  );
}
