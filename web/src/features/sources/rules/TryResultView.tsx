import { useTranslation } from 'react-i18next';
import type { TryResult } from '../../../api/rules';
import { StateMark } from '../../../ui/StateMark';
import css from './Rules.module.css';

/** What a line became: its format, and each field with where it comes from. */
export function TryResultView({ result }: { result: TryResult }) {
  const { t } = useTranslation();
  const { recognised, candidates, record, views, dropped, masked, refused } = result;
  const fields = [
    ...Object.entries(record).map(([name, value]) => ({ name, value, from: 'stored' as const })),
    ...Object.entries(views).map(([name, value]) => ({ name, value, from: 'view' as const })),
  ];
  return (
    <section className={css.result} aria-label={t('sources.try.result')} aria-live="polite">
      <p className={css.format}>
        <StateMark health={recognised ? 'ok' : 'unknown'} />
        {recognised ? (
          <>
            {t('sources.try.recognised')} <code translate="no">{recognised}</code>
          </>
        ) : (
          t('sources.try.plain')
        )}
      </p>
      {dropped && (
        <p className={css.flag} role="alert">
          <StateMark health="warn" />
          {t('sources.try.dropped')}
        </p>
      )}
      {refused && (
        <p className={css.flag} role="alert">
          <StateMark health="warn" />
          {t('sources.try.refused')}
        </p>
      )}
      {masked && (
        <p className={css.flag}>
          <StateMark health="warn" />
          {t('sources.try.masked')}
        </p>
      )}
      <table className={css.fields}>
        <thead>
          <tr>
            <th scope="col">{t('sources.try.field')}</th>
            <th scope="col">{t('sources.try.value')}</th>
            <th scope="col">{t('sources.try.kept')}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ name, value, from }) => (
            <tr key={from + name}>
              <th scope="row" translate="no">
                {name}
              </th>
              <td translate="no">{value}</td>
              <td className={css.from}>{t(`sources.try.${from}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <details className={css.candidates}>
        <summary>
          {t('sources.try.candidates', { count: candidates.length, n: candidates.length })}
        </summary>
        <ul>
          {candidates.map(({ format, matched }) => (
            <li key={format} data-matched={matched || undefined}>
              <code translate="no">{format}</code>
              {matched ? t('sources.try.fits') : t('sources.try.fitsNot')}
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
