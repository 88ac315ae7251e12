import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ListedRule, type Rule, saveRule } from '../../../api/rules';
import { Button } from '../../../ui/Button';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { Notice } from '../../../ui/Notice';
import { toast } from '../../../ui/toast';
import { acts } from './draft';
import css from './Rules.module.css';

interface SaveRuleProps {
  rule: Rule;
  /** The saved rule that is edited. */
  old: ListedRule | undefined;
  onSaved: () => void;
}

/** Names a rule and saves it; what it comes too late for can then be replayed. */
export function SaveRule({ rule, old, onSaved }: SaveRuleProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState(old?.name ?? '');
  const save = useMutation({
    mutationFn: () => saveRule({ name, rule, enabled: old?.enabled ?? true }, old),
    onSuccess: () => {
      toast(t('sources.rule.saved', { name }));
      void queries.invalidateQueries({ queryKey: ['rules'] });
      void queries.invalidateQueries({ queryKey: ['try'] });
      onSaved();
      setName('');
    },
  });
  return (
    <form
      className={css.save}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <input
        className={css.input}
        value={name}
        maxLength={100}
        placeholder={t('sources.rule.name')}
        aria-label={t('sources.rule.name')}
        onChange={({ target }) => setName(target.value)}
      />
      <Button type="submit" disabled={name.trim() === '' || !acts(rule) || save.isPending}>
        {old ? t('sources.rule.change') : t('sources.rule.save')}
      </Button>
      {save.error && <ErrorNotice error={save.error} title={t('sources.rule.notSaved')} />}
      {save.isSuccess && (
        <Notice role="status" health="ok" title={t('sources.rule.works')}>
          <Link to="/sources" search={({ from, to, tz }) => ({ from, to, tz, tab: 'letters' })}>
            {t('sources.rule.replay')}
          </Link>
        </Notice>
      )}
    </form>
  );
}
