import { useTranslation } from 'react-i18next';
import type { Grant } from '../../api/access';
import css from './ScopeSum.module.css';
import { type Sight, streamOf } from './scope';

interface ScopeSumProps {
  sight: Sight;
  /** Fields whose values are masked. */
  masked?: readonly string[];
}

/** Says in a sentence which records are seen, and what of them is masked. */
export function ScopeSum({ sight, masked = [] }: ScopeSumProps) {
  const { t } = useTranslation();
  const nothing = sight.kind === 'grants' && sight.grants.length === 0;
  return (
    <div className={css.sum} data-state={nothing ? 'warn' : undefined}>
      {sight.kind !== 'grants' && <p>{t(`access.scope.${sight.kind}`)}</p>}
      {nothing && <p>{t('access.scope.nothing')}</p>}
      {sight.kind === 'grants' && !nothing && (
        <>
          <p>{t('access.scope.grants')}</p>
          <ul>
            {sight.grants.map((grant) => (
              <li key={JSON.stringify(grant)}>
                <GrantText grant={grant} />
              </li>
            ))}
          </ul>
        </>
      )}
      {masked.length > 0 && (
        <p>
          {t('access.scope.masked')} <span translate="no">{masked.join(', ')}</span>
        </p>
      )}
    </div>
  );
}

/** A grant in one line: which datasets, which streams. */
export function GrantText({ grant }: { grant: Grant }) {
  const { datasets } = grant;
  const stream = streamOf(grant);
  const { t } = useTranslation();
  return (
    <>
      {datasets?.length ? (
        <span translate="no">{datasets.join(', ')}</span>
      ) : (
        t('access.grant.allDatasets')
      )}
      {' · '}
      {stream ? <code translate="no">{stream}</code> : t('access.grant.allStreams')}
    </>
  );
}
