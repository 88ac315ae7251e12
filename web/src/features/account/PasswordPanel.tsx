import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changePassword } from '../../api/account';
import type { Me } from '../../api/me';
import { meQuery } from '../../app/me';
import { Button } from '../../ui/Button';
import { lengthOf, NewPasswordField } from '../../ui/NewPasswordField';
import { PasswordField } from '../../ui/PasswordField';
import { SidePanel } from '../../ui/SidePanel';
import { toast } from '../../ui/toast';
import css from './AccountPage.module.css';
import { MustChange } from './MustChange';
import { PanelError } from './PanelError';

/** Changes one's password. All other sessions end with it. */
export function PasswordPanel({ me, onClose }: { me: Me; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const change = useMutation({
    mutationFn: () => changePassword(old, next),
    onSuccess: async () => {
      await queries.invalidateQueries(meQuery);
      toast(t('account.password.changed'));
      onClose();
    },
  });
  return (
    <SidePanel title={t('account.password.title')} onClose={onClose}>
      {/* Here and not on the page, which the panel covers on a phone. */}
      {me.must_change && <MustChange />}
      <form
        className={css.body}
        onSubmit={(event) => {
          event.preventDefault();
          if (!change.isPending) change.mutate();
        }}
      >
        {/* Password managers keep the new one under this name. */}
        <input type="text" autoComplete="username" readOnly hidden value={me.name} />
        <PasswordField
          label={t('account.password.old')}
          autoComplete="current-password"
          required
          data-autofocus=""
          value={old}
          onChange={({ target }) => setOld(target.value)}
        />
        <NewPasswordField
          label={t('account.password.new')}
          minLength={me.password.min_length}
          value={next}
          onChange={setNext}
        />
        <p>{t('account.password.others')}</p>
        <PanelError error={change.error} />
        <div className={css.buttons}>
          <Button
            type="submit"
            look="primary"
            disabled={change.isPending || old === '' || lengthOf(next) < me.password.min_length}
          >
            {t('account.password.change')}
          </Button>
        </div>
      </form>
    </SidePanel>
  );
}
