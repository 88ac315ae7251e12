import { Link } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AuditEntry, auditExportAddress } from '../../../api/audit';
import { Button } from '../../../ui/Button';
import { Segmented } from '../../../ui/Segmented';
import css from '../AccessPage.module.css';
import { outcomes } from '../search';
import { useAccessSearch } from '../useAccessSearch';
import bar from './Audit.module.css';
import { useAuditFilter } from './useAudit';
import { Verify } from './Verify';

/** Which entries are shown, and what can be done with the trail. */
export function AuditBar({ entries }: { entries: readonly AuditEntry[] }) {
  const { t } = useTranslation();
  const id = useId();
  const filter = useAuditFilter();
  const [search, change] = useAccessSearch();
  const [typed, setTyped] = useState({
    q: search.q ?? '',
    action: search.action ?? '',
    by: search.by ?? '',
  });
  const of = (pick: (entry: AuditEntry) => string) =>
    [...new Set(entries.map(pick))].filter(Boolean).toSorted();
  const known = { q: [], action: of(({ action }) => action), by: of(({ by }) => by) };
  const ask = (outcome = search.outcome) =>
    change({
      q: typed.q.trim() || undefined,
      action: typed.action.trim() || undefined,
      by: typed.by.trim() || undefined,
      outcome,
      open: undefined,
    });
  return (
    <>
      <form
        className={css.bar}
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        {(['q', 'action', 'by'] as const).map((name) => (
          <span key={name} className={bar.filter} data-long={name === 'q' || undefined}>
            <input
              type="search"
              className={css.find}
              value={typed[name]}
              list={known[name].length > 0 ? `${id}-${name}` : undefined}
              placeholder={t(`access.audit.find.${name}`)}
              aria-label={t(`access.audit.find.${name}`)}
              autoComplete="off"
              spellCheck={false}
              onChange={({ target }) => setTyped({ ...typed, [name]: target.value })}
            />
            <datalist id={`${id}-${name}`}>
              {known[name].map((value) => (
                <option key={value} value={value} />
              ))}
            </datalist>
          </span>
        ))}
        <Segmented
          label={t('access.audit.outcome')}
          value={search.outcome ?? 'all'}
          options={(['all', ...outcomes] as const).map((value) => ({
            value,
            label: t(`access.audit.outcomes.${value}`),
          }))}
          onChange={(value) =>
            change({ outcome: value === 'all' ? undefined : value, open: undefined })
          }
        />
        <Button type="submit">{t('access.audit.search')}</Button>
      </form>
      <div className={bar.acts}>
        <Verify />
        <a href={auditExportAddress(filter)} download className={bar.link}>
          {t('access.audit.export')}
        </a>
        <Link
          to="/logs"
          search={({ from, to, tz }) => ({ from, to, tz, q: '_dataset:audit' })}
          className={bar.link}
        >
          {t('access.audit.raw')}
        </Link>
      </div>
    </>
  );
}
