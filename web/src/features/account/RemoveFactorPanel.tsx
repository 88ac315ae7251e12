import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { removeFactor } from '../../api/account';
import { meQuery } from '../../app/me';
import { SidePanel } from '../../ui/SidePanel';
import { toast } from '../../ui/toast';
import { AskPassword } from './AskPassword';

/** Removes the second factor, with its recovery codes. */
export function RemoveFactorPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: removeFactor,
    onSuccess: async () => {
      await queries.invalidateQueries(meQuery);
      toast(t('account.factor.removed'));
      onClose();
    },
  });
  return (
    <SidePanel title={t('account.factor.title')} onClose={onClose}>
      <AskPassword
        text={t('account.factor.removeText')}
        action={t('account.factor.remove')}
        error={remove.error}
        busy={remove.isPending}
        onPassword={remove.mutate}
      />
    </SidePanel>
  );
}
