import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { fetchSources } from '../../api/sources';
import { useConnection } from '../../app/connection';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Kbd } from '../../ui/Kbd';
import { count } from '../../ui/quantity';
import { Arriving } from './Arriving';
import { Collected } from './Collected';
import { FirstLine } from './FirstLine';
import { isOwn } from './firstRun';
import css from './StartPage.module.css';

const pollInterval = 2000; // ms; somebody waits for a first line to appear

/** Recipes that the first page names; the Sources page has all. */
const recipes = [
  ['rsyslog', 'rsyslog'],
  ['journald', 'journald'],
  ['fluent-bit', 'Fluent Bit'],
  ['otel-collector', 'OpenTelemetry'],
  ['docker', 'Docker'],
  ['kubernetes', 'Kubernetes'],
] as const;

/** What a Haetae that nobody has sent to yet already does, and the three steps that make it useful. */
export function StartPage() {
  const { t } = useTranslation();
  const { status } = useConnection();
  const { data, error, refetch } = useQuery({
    queryKey: ['sources'],
    queryFn: ({ signal }) => fetchSources(signal),
    refetchInterval: pollInterval,
  });
  const sources = data?.sources ?? [];
  const sent = sources.filter((source) => !isOwn(source));
  return (
    <div className={css.page}>
      <div className={css.intro}>
        <h2 className={css.verdict}>{t('start.title')}</h2>
        <p className={css.lead}>{t('start.lead')}</p>
        {error ? (
          <ErrorNotice error={error} title={t('start.failed')} onRetry={() => void refetch()} />
        ) : (
          <Collected sources={sources} />
        )}
        <h3 className={css.label}>
          {t('start.steps')} <small>{t('start.each')}</small>
        </h3>
        <ol className={css.steps}>
          <li>
            <h4>{t('start.first.title')}</h4>
            <p>{t('start.first.text')}</p>
            <FirstLine listen={status?.listen ?? {}} sent={sent} />
          </li>
          <li>
            <h4>{t('start.add.title')}</h4>
            <p>{t('start.add.text')}</p>
            <p className={css.links}>
              {recipes.map(([id, name]) => (
                <Link
                  key={id}
                  to="/sources"
                  search={{ add: id }}
                  className={css.recipe}
                  translate="no"
                >
                  {name}
                </Link>
              ))}
              <Link to="/sources" search={{ add: recipes[0][0] }} className={css.more}>
                {t('start.add.all')}
              </Link>
            </p>
          </li>
          <li>
            <h4>{t('start.ask.title')}</h4>
            <p>
              {t('start.ask.text')} <Kbd>{'Ctrl K'}</Kbd> <Kbd>{'?'}</Kbd>
            </p>
            <p className={css.links}>
              <Link to="/logs" className={css.recipe}>
                {t('start.ask.all')}
              </Link>
              <Link to="/logs" search={{ q: 'error or warn' }} className={css.recipe}>
                {t('start.ask.errors')}
              </Link>
              <Link to="/logs" search={{ live: true }} className={css.recipe}>
                {t('start.ask.live')}
              </Link>
            </p>
          </li>
        </ol>
      </div>
      <section className={css.now} aria-label={t('start.arriving')}>
        <header className={css.nowHead}>
          <h3>{t('start.arriving')}</h3>
          <span>
            {count(status?.records_per_second ?? 0)} {t('connection.recordsPerSecond')}
          </span>
          <Link to="/logs" className={css.more}>
            {t('start.open')}
          </Link>
          <Kbd>{'g'}</Kbd>
          <Kbd>{'l'}</Kbd>
        </header>
        <Arriving interval={pollInterval} />
      </section>
    </div>
  );
}
