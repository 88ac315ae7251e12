import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  deleteUser,
  removeSecondFactor,
  resetPassword,
  signOutUser,
  type User,
  usersKey,
} from '../../../api/access';
import { Button } from '../../../ui/Button';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { toast } from '../../../ui/toast';
import { Confirm } from '../Confirm';
import css from '../Form.module.css';
import { Once } from '../Once';
import { SeeAsButton } from '../roles/SeeAsButton';
import { useTokens } from '../useAccess';

type Act = 'password' | 'factor' | 'signOut' | 'delete';

interface UserActionsProps {
  user: User;
  /** The only administrator, who cannot go. */
  last: boolean;
  onGone: () => void;
}

/** What can be done to an account beside changing it. */
export function UserActions({ user, last, onGone }: UserActionsProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data: tokens = [] } = useTokens();
  const [asking, setAsking] = useState<Act>();
  const { id, name } = user;
  const act = useMutation({
    mutationFn: async (what: Act): Promise<string | undefined> => {
      if (what === 'password') return resetPassword(id);
      if (what === 'factor') await removeSecondFactor(id);
      else if (what === 'signOut') await signOutUser(id);
      else await deleteUser(id);
      return undefined;
    },
    onSuccess: (_, what) => {
      void queries.invalidateQueries({ queryKey: usersKey });
      setAsking(undefined);
      toast(t(`access.users.did.${what}`, { name }));
      if (what === 'delete') onGone();
    },
  });
  const ask = (what: Act) => {
    act.reset();
    setAsking(what);
  };
  const owned = tokens.filter((token) => token.owner_id === id);
  return (
    <section className={css.form} aria-label={t('access.users.acts')}>
      {act.data && (
        <Once title={t('access.users.password', { name })} secret={act.data}>
          <p>{t('access.users.mustChange')}</p>
        </Once>
      )}
      <div className={css.row}>
        {user.role !== 'admin' && !user.disabled && <SeeAsButton user={user} />}
        {!user.provider && (
          <Button onClick={() => ask('password')}>{t('access.users.act.password')}</Button>
        )}
        {user.second_factor && (
          <Button onClick={() => ask('factor')}>{t('access.users.act.factor')}</Button>
        )}
        <Button onClick={() => ask('signOut')}>{t('access.users.act.signOut')}</Button>
        <Button disabled={last} onClick={() => ask('delete')}>
          {t('access.users.act.delete')}
        </Button>
      </div>
      {last && <p className={css.hint}>{t('access.users.lastAdmin')}</p>}
      {act.error && !asking && <ErrorNotice error={act.error} />}
      <Confirm
        title={asking && t(`access.users.ask.${asking}`, { name })}
        act={t(`access.users.act.${asking ?? 'delete'}`)}
        busy={act.isPending}
        error={act.error}
        onConfirm={() => asking && act.mutate(asking)}
        onClose={() => setAsking(undefined)}
      >
        {asking && <p>{t(`access.users.then.${asking}`)}</p>}
        {asking === 'delete' && owned.length > 0 && (
          <p>
            {t('access.users.ownTokens', { count: owned.length })}{' '}
            <span translate="no">{owned.map((token) => token.name).join(', ')}</span>
          </p>
        )}
      </Confirm>
    </section>
  );
}
