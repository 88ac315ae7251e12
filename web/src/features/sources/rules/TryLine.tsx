import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fetchFormats, tryLine } from '../../../api/rules';
import { useMe } from '../../../app/me';
import { Empty } from '../../../ui/Empty';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { useDebounced } from '../../../ui/useDebounced';
import { useSourcesSearch } from '../useSourcesSearch';
import { acts, emptyDraft, parseDraft, toDraft, toRule } from './draft';
import { RuleForm } from './RuleForm';
import css from './Rules.module.css';
import { SaveRule } from './SaveRule';
import { TryResultView } from './TryResultView';
import { useRules } from './useRules';

const pause = 250;

/** Shows what becomes of a pasted line, and lets a rule be written against it. */
export function TryLine() {
  const { t } = useTranslation();
  const [search, change] = useSourcesSearch();
  const { may } = useMe();
  const { data: rules } = useRules();
  const edited = rules?.find(({ id, source }) => id === search.rule && source === 'console');
  const [line, setLine] = useState(search.line ?? '');
  const [changed, setDraft] = useState(() => parseDraft(search.draft));
  const draft = changed ?? (edited ? toDraft(edited.rule) : emptyDraft);
  const text = useDebounced(JSON.stringify({ line, rule: toRule(draft) }), pause);
  const asked = JSON.parse(text) as { line: string; rule: ReturnType<typeof toRule> };

  // The URL follows what was typed.
  const ruleText = changed ? JSON.stringify(asked.rule) : undefined;
  useEffect(() => {
    const draftText = ruleText === '{}' ? undefined : ruleText;
    change({ line: asked.line || undefined, draft: draftText }, true);
  }, [asked.line, ruleText, change]);

  const { data: formats } = useQuery({
    queryKey: ['formats'],
    queryFn: ({ signal }) => fetchFormats(signal),
  });
  const { data, error, refetch } = useQuery({
    queryKey: ['try', text],
    queryFn: ({ signal }) => tryLine(asked.line, ruleOf(asked.rule), signal),
    enabled: asked.line !== '',
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  });

  return (
    <div className={css.scroller}>
      <div className={css.columns}>
        <div>
          <label className={css.line}>
            <span>{t('sources.try.line')}</span>
            <textarea
              rows={4}
              value={line}
              spellCheck={false}
              placeholder={t('sources.try.placeholder')}
              onChange={({ target }) => setLine(target.value)}
            />
          </label>
          {formats && formats.length > 0 && (
            <label className={css.example}>
              {t('sources.try.example')}
              <select
                value=""
                onChange={({ target }) =>
                  setLine(formats.find(({ name }) => name === target.value)?.example ?? '')
                }
              >
                <option value="">{t('sources.try.choose')}</option>
                {formats.map(({ name }) => (
                  <option key={name} translate="no">
                    {name}
                  </option>
                ))}
              </select>
            </label>
          )}
          <h2 className={css.title}>
            {edited ? t('sources.rule.edit', { name: edited.name }) : t('sources.rule.new')}
          </h2>
          <RuleForm draft={draft} problems={data?.problems ?? []} onChange={setDraft} />
          {may('operate') && (
            <SaveRule
              key={edited?.id ?? ''}
              rule={toRule(draft)}
              old={edited}
              onSaved={() => {
                setDraft(null);
                change({ draft: undefined, rule: undefined }, true);
              }}
            />
          )}
        </div>
        <div>
          {error && (
            <ErrorNotice
              error={error}
              title={t('sources.try.failed')}
              onRetry={() => void refetch()}
            />
          )}
          {data && line !== '' ? (
            <TryResultView result={data} />
          ) : (
            <Empty title={t('sources.try.empty')} why={t('sources.try.emptyWhy')} />
          )}
        </div>
      </div>
    </div>
  );
}

function ruleOf(rule: ReturnType<typeof toRule>) {
  return acts(rule) || rule.if ? [rule] : [];
}
