import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { beginFactor, confirmFactor, type NewFactor } from '../../api/account';
import { meQuery } from '../../app/me';
import { Button } from '../../ui/Button';
import { Command } from '../../ui/Command';
import { Field } from '../../ui/Field';
import { SidePanel } from '../../ui/SidePanel';
import css from './AccountPage.module.css';
import { AskPassword } from './AskPassword';
import { PanelError } from './PanelError';
import { RecoveryCodes } from './RecoveryCodes';

const QrCode = lazy(() => import('./QrCode'));

/** Sets up a second factor: the password, then the app's first code, then the recovery codes. */
export function FactorPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const begin = useMutation({ mutationFn: beginFactor });
  const confirm = useMutation({
    mutationFn: confirmFactor,
    onSuccess: () => queries.invalidateQueries(meQuery),
  });
  return (
    <SidePanel title={t('account.factor.title')} onClose={onClose}>
      {confirm.data ? (
        <RecoveryCodes codes={confirm.data} onDone={onClose} />
      ) : begin.data ? (
        <Confirm
          factor={begin.data}
          error={confirm.error}
          busy={confirm.isPending}
          onCode={confirm.mutate}
        />
      ) : (
        <AskPassword
          text={t('account.factor.what')}
          action={t('account.factor.begin')}
          error={begin.error}
          busy={begin.isPending}
          onPassword={begin.mutate}
        />
      )}
    </SidePanel>
  );
}

interface ConfirmProps {
  factor: NewFactor;
  error: unknown;
  busy: boolean;
  onCode: (code: string) => void;
}

function Confirm({ factor, error, busy, onCode }: ConfirmProps) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  return (
    <form
      className={css.body}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) onCode(code.trim());
      }}
    >
      <p>{t('account.factor.scan')}</p>
      <Suspense fallback={<div className={css.code} />}>
        <QrCode text={factor.uri} label={t('account.factor.image')} />
      </Suspense>
      <p>{t('account.factor.typed')}</p>
      <Command text={grouped(factor.secret)} copied={factor.secret} />
      <Field
        label={t('account.factor.code')}
        type="text"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        autoFocus
        value={code}
        onChange={({ target }) => setCode(target.value)}
      />
      <PanelError error={error} refused="code" />
      <div className={css.buttons}>
        <Button type="submit" look="primary" disabled={busy || code.trim() === ''}>
          {t('account.factor.confirm')}
        </Button>
      </div>
    </form>
  );
}

/** Writes a secret in groups of four, as people read it. */
function grouped(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, '$1 ');
}
