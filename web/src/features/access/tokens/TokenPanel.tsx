import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { revokeToken, type Token, tokensKey } from '../../../api/access';
import { useTime } from '../../../app/TimeProvider';
import { dayClock } from '../../../time/clock';
import { Button } from '../../../ui/Button';
import { Empty } from '../../../ui/Empty';
import { SidePanel } from '../../../ui/SidePanel';
import { toast } from '../../../ui/toast';
import { Confirm } from '../Confirm';
import css from '../Form.module.css';
import { GrantText } from '../ScopeSum';
import { useTokens } from '../useAccess';
import { useAccessSearch } from '../useAccessSearch';

/** What is known of one token, and the way to end it. A token never changes: another one is made in its place. */
export function TokenPanel({ id }: { id: string }) {
  const { t } = useTranslation();
  const [, change] = useAccessSearch();
  const { data: tokens } = useTokens();
  const token = tokens?.find((one) => one.id === id);
  const close = () => change({ open: undefined });
  return (
    <SidePanel
      title={token ? <span translate="no">{token.name}</span> : t('access.tokens.one')}
      onClose={close}
      foot={token && <Revoke token={token} onGone={close} />}
    >
      {token && <Facts token={token} />}
      {tokens && !token && <Empty title={t('access.tokens.gone')} />}
    </SidePanel>
  );
}

function Facts({ token }: { token: Token }) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const at = (time: string | undefined) =>
    time ? dayClock(Date.parse(time), zone, 'second') : '–';
  const facts = [
    ['role', t(`role.${token.role}`)],
    ['scope', <GrantText key="scope" grant={token} />],
    ['prefix', token.prefix && <code translate="no">{token.prefix}…</code>],
    [
      'owner',
      <span key="owner" translate="no">
        {token.owner || '–'}
      </span>,
    ],
    ['created', at(token.created)],
    ['expires', token.expires ? at(token.expires) : t('access.tokens.never')],
    ['used', at(token.last_used)],
    [
      'address',
      <span key="address" translate="no">
        {token.last_address || '–'}
      </span>,
    ],
  ] as const;
  return (
    <div className={css.form}>
      <dl className={css.facts}>
        {facts.map(([name, value]) => (
          <div key={name} className={css.fact}>
            <dt>{t(`access.tokens.${name}`)}</dt>
            <dd>{value || '–'}</dd>
          </div>
        ))}
      </dl>
      <p className={css.hint}>{t(`access.roleDoes.${token.role}`)}</p>
      <p className={css.hint}>{t('access.tokens.unchanging')}</p>
    </div>
  );
}

function Revoke({ token, onGone }: { token: Token; onGone: () => void }) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const { id, name, last_used, last_address } = token;
  const revoke = useMutation({
    mutationFn: () => revokeToken(id),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: tokensKey });
      toast(t('access.tokens.revoked', { name }));
      onGone();
    },
  });
  return (
    <>
      <Button onClick={() => setAsking(true)}>{t('access.tokens.revoke')}</Button>
      <Confirm
        title={asking ? t('access.tokens.ask', { name }) : undefined}
        act={t('access.tokens.revoke')}
        busy={revoke.isPending}
        error={revoke.error}
        onConfirm={() => revoke.mutate()}
        onClose={() => setAsking(false)}
      >
        <p>{t('access.tokens.then')}</p>
        {last_used && (
          <p>
            {t('access.tokens.lastBy', {
              time: dayClock(Date.parse(last_used), zone, 'minute'),
              address: last_address,
            })}
          </p>
        )}
      </Confirm>
    </>
  );
}
