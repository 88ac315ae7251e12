import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deleteRule, type ListedRule, orderRules, saveRule } from '../../../api/rules';
import { useMe } from '../../../app/me';
import { IconButton } from '../../../ui/Button';
import { Empty } from '../../../ui/Empty';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { count } from '../../../ui/quantity';
import { toast } from '../../../ui/toast';
import { ruleLine } from './draft';
import css from './Rules.module.css';
import { useRules } from './useRules';

/** All rules in the order in which they run: the configuration's, which are read only, then the console's. */
export function Rules() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { may } = useMe();
  const { data: rules, error, refetch } = useRules();
  // The box answers the hand until the list is read again.
  const [turned, setTurned] = useState<{ id: string; enabled: boolean } | null>(null);
  const change = useMutation({
    mutationFn: (act: () => Promise<void>) => act(),
    onSettled: () => queries.invalidateQueries({ queryKey: ['rules'] }),
  });
  const own = rules?.filter(({ source }) => source === 'console') ?? [];
  const move = (rule: ListedRule, by: 1 | -1) => {
    const ids = own.map(({ id }) => id);
    const at = ids.indexOf(rule.id);
    ids.splice(at, 1);
    ids.splice(at + by, 0, rule.id);
    change.mutate(() => orderRules(ids));
  };
  const turn = (rule: ListedRule, enabled: boolean) => {
    setTurned({ id: rule.id, enabled });
    change.mutate(() => saveRule({ name: rule.name, rule: rule.rule, enabled }, rule), {
      onSettled: () => setTurned(null),
    });
  };
  const remove = ({ id, name, rule, enabled }: ListedRule) =>
    change.mutate(async () => {
      await deleteRule(id);
      toast(t('sources.rules.deleted', { name }), {
        undo: () => change.mutate(() => saveRule({ name, rule, enabled })),
      });
    });

  if (error && !rules) {
    return (
      <ErrorNotice error={error} title={t('sources.rules.failed')} onRetry={() => void refetch()} />
    );
  }
  return (
    <div className={css.scroller}>
      {change.error && <ErrorNotice error={change.error} title={t('sources.rules.notChanged')} />}
      {rules?.length === 0 && (
        <Empty title={t('sources.rules.empty')} why={t('sources.rules.emptyWhy')}>
          <Link to="/sources" search={{ tab: 'try' }} className={css.link}>
            {t('sources.rules.first')}
          </Link>
        </Empty>
      )}
      <ol className={css.rules} aria-label={t('sources.tabs.rules')}>
        {rules?.map((rule) => {
          const at = own.indexOf(rule);
          return (
            <li key={rule.id} data-off={!rule.enabled || undefined}>
              <label className={css.enabled}>
                <input
                  type="checkbox"
                  checked={turned?.id === rule.id ? turned.enabled : rule.enabled}
                  disabled={at < 0 || !may('operate')}
                  aria-label={t('sources.rules.enabled', { name: rule.name })}
                  onChange={({ target }) => turn(rule, target.checked)}
                />
              </label>
              <div className={css.what}>
                <b translate="no">{rule.name}</b>
                <code translate="no">{ruleLine(rule.rule)}</code>
                <small>
                  {t('sources.rules.hits', { count: rule.hits, n: count(rule.hits) })}
                  {' · '}
                  {at < 0
                    ? t('sources.rules.config')
                    : t('sources.rules.console', { owner: rule.owner })}
                </small>
              </div>
              {at >= 0 && may('operate') && (
                <div className={css.acts}>
                  <IconButton
                    icon="up"
                    size="small"
                    look="ghost"
                    disabled={at === 0}
                    label={t('sources.rules.up', { name: rule.name })}
                    onClick={() => move(rule, -1)}
                  />
                  <IconButton
                    icon="down"
                    size="small"
                    look="ghost"
                    disabled={at === own.length - 1}
                    label={t('sources.rules.down', { name: rule.name })}
                    onClick={() => move(rule, 1)}
                  />
                  <Link
                    to="/sources"
                    search={({ from, to, tz }) => ({ from, to, tz, tab: 'try', rule: rule.id })}
                    className={css.link}
                  >
                    {t('sources.rules.edit')}
                  </Link>
                  <IconButton
                    icon="trash"
                    size="small"
                    look="ghost"
                    label={t('sources.rules.delete', { name: rule.name })}
                    onClick={() => remove(rule)}
                  />
                </div>
              )}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
