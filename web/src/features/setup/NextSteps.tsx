import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/me';
import { Command } from '../../ui/Command';
import css from './Setup.module.css';

/** What makes a Haetae with one administrator useful to others, and safe. */
export function NextSteps() {
  const { t } = useTranslation();
  const { me } = useMe();
  return (
    <>
      <ol className={css.steps}>
        <li>
          <h2>{t('setup.steps.factor')}</h2>
          <p>{t('setup.steps.factorText')}</p>
          <Link to="/account" search={{ change: 'factor' }} className={css.link}>
            {t('setup.steps.factorGo')}
          </Link>
        </li>
        <li>
          <h2>{t('setup.steps.token')}</h2>
          <p>{t(me?.open_ingest ? 'setup.steps.tokenOpen' : 'setup.steps.tokenClosed')}</p>
          <Command text="haetae token create --role ingest --name web-01 --data DIR" />
        </li>
        <li>
          <h2>{t('setup.steps.people')}</h2>
          <p>{t('setup.steps.peopleText')}</p>
          <Link to="/access" className={css.link}>
            {t('setup.steps.peopleGo')}
          </Link>
        </li>
      </ol>
      <Link to="/logs" className={css.go}>
        {t('shell.notFound.logs')}
      </Link>
    </>
  );
}
