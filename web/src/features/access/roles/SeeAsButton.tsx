import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { User } from '../../../api/access';
import { viewAs } from '../../../api/me';
import { Button } from '../../../ui/Button';
import { ErrorNotice } from '../../../ui/ErrorNotice';

/** Shows the console as a user sees it: the rows of the last hour first. A line over the page leads back. */
export function SeeAsButton({ user }: { user: User }) {
  const { t } = useTranslation();
  const see = useMutation({
    mutationFn: () => viewAs(user.id),
    // A new page: nothing that the administrator has read stays in sight.
    onSuccess: () => location.assign('/logs'),
  });
  return (
    <>
      <Button disabled={see.isPending} onClick={() => see.mutate()}>
        {t('access.roles.seeAs')}
      </Button>
      {see.error && <ErrorNotice error={see.error} title={t('access.roles.notSeen')} />}
    </>
  );
}
