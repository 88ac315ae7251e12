import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { newRecoveryCodes } from '../../api/account';
import { SidePanel } from '../../ui/SidePanel';
import { AskPassword } from './AskPassword';
import { RecoveryCodes } from './RecoveryCodes';

/** Replaces the recovery codes. */
export function NewCodesPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const renew = useMutation({ mutationFn: newRecoveryCodes });
  return (
    <SidePanel title={t('account.codes.title')} onClose={onClose}>
      {renew.data ? (
        <RecoveryCodes codes={renew.data} onDone={onClose} />
      ) : (
        <AskPassword
          text={t('account.codes.renewText')}
          action={t('account.codes.renew')}
          error={renew.error}
          busy={renew.isPending}
          onPassword={renew.mutate}
        />
      )}
    </SidePanel>
  );
}
