import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Icon } from '../ui/Icon';
import { ConnectionFoot } from './ConnectionFoot';
import css from './Navigation.module.css';
import { keepGlobal } from './search';
import { usePages } from './usePages';
import { Wordmark } from './Wordmark';

/** The pages of the console and the state of the server. Slim below 1100 px. */
export function Navigation() {
  const { t } = useTranslation();
  const pages = usePages();
  return (
    <nav className={css.nav} aria-label={t('shell.navigation')}>
      <Link to="/" className={css.brand}>
        <Wordmark />
      </Link>
      {pages.map(({ path, icon, label }) => (
        <Link
          key={path}
          to={path}
          search={keepGlobal}
          className={css.link}
          activeProps={{ 'aria-current': 'page' }}
          title={t(label)}
        >
          <Icon name={icon} />
          <span className={css.label}>{t(label)}</span>
        </Link>
      ))}
      <ConnectionFoot />
    </nav>
  );
}
