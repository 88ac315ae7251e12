import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addToken, type Role, roles, tokensKey } from '../../../api/access';
import { limits } from '../../../api/limits';
import { useConnection } from '../../../app/connection';
import { Segmented } from '../../../ui/Segmented';
import { DatasetChoice } from '../DatasetChoice';
import css from '../Form.module.css';
import { MakePanel } from '../MakePanel';
import { Once } from '../Once';
import { ScopeCount } from '../ScopeCount';
import { datasets, queryOf } from '../scope';
import { expiryOf, type Lifetime, lifetimes } from './expiry';
import { Snippets } from './Snippets';

const sending: readonly Role[] = ['ingest', 'agent'];

/** Makes a token, shows it once, and writes it into the configuration of what sends with it. */
export function AddToken() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { status } = useConnection();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('ingest');
  const [names, setNames] = useState<string[]>([]);
  const [stream, setStream] = useState('');
  const [lifetime, setLifetime] = useState<Lifetime>('365d');
  const sends = sending.includes(role);
  const add = useMutation({
    mutationFn: () => {
      const now = status ? Date.parse(status.now) : Date.now();
      const expires = expiryOf(lifetime, now);
      const bounds = { datasets: names, stream: sends ? '' : stream.trim() };
      return addToken({ name: name.trim(), role, ...bounds, ...(expires && { expires }) });
    },
    onSuccess: () => void queries.invalidateQueries({ queryKey: tokensKey }),
  });
  const made = add.data;
  return (
    <MakePanel
      list="tokens"
      make={add}
      ready={name.trim() !== ''}
      made={
        made && (
          <>
            <Once title={t('access.tokens.secret', { name: made.name })} secret={made.secret} />
            <Snippets secret={made.secret} role={made.role} />
          </>
        )
      }
    >
      <label className={css.field}>
        {t('access.tokens.name')}
        <input
          value={name}
          required
          maxLength={limits.title}
          autoComplete="off"
          placeholder={t('access.tokens.nameHint')}
          data-autofocus=""
          onChange={({ target }) => setName(target.value)}
        />
      </label>
      <label className={css.field}>
        {t('access.tokens.role')}
        <select value={role} onChange={({ target }) => setRole(target.value as Role)}>
          {roles.map((one) => (
            <option key={one} value={one}>
              {t(`role.${one}`)}
            </option>
          ))}
        </select>
        <span className={css.hint}>{t(`access.roleDoes.${role}`)}</span>
      </label>
      {role !== 'admin' && (
        <DatasetChoice
          legend={t('access.grant.datasets')}
          known={sends ? ['logs'] : datasets}
          chosen={names}
          none={t(sends ? 'access.tokens.sendsAny' : 'access.grant.anyDataset')}
          onChange={setNames}
        />
      )}
      {!sends && role !== 'admin' && (
        <>
          <label className={css.field}>
            {t('access.grant.stream')}
            <input
              className={css.mono}
              value={stream}
              placeholder={'{service.name="checkout"}'}
              spellCheck={false}
              autoComplete="off"
              translate="no"
              onChange={({ target }) => setStream(target.value)}
            />
            <span className={css.hint}>{t('access.grant.streamHint')}</span>
          </label>
          <ScopeCount query={queryOf({ datasets: names, stream })} stream={stream} />
        </>
      )}
      <div className={css.field}>
        {t('access.tokens.lasts')}
        <div>
          <Segmented
            label={t('access.tokens.lasts')}
            value={lifetime}
            options={lifetimes.map((value) => ({
              value,
              label: t(`access.tokens.lifetime.${value}`),
            }))}
            onChange={setLifetime}
          />
        </div>
        {lifetime === 'never' && <span className={css.hint}>{t('access.tokens.neverHint')}</span>}
      </div>
    </MakePanel>
  );
}
