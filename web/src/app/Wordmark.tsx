import { useTranslation } from 'react-i18next';
import css from './Wordmark.module.css';

/** The sign and the name. */
export function Wordmark() {
  const { t } = useTranslation();
  return (
    <span className={css.mark}>
      <svg
        width="18"
        height="18"
        viewBox="0 0 18 18"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.1"
        strokeLinecap="round"
        aria-hidden="true"
      >
        <path d="M6.8 1.7h4.4M2 5.3h14" />
        <circle cx="9" cy="12.2" r="4" />
      </svg>
      <span className={css.name}>{t('shell.name')}</span>
      <small lang="ko">{t('shell.nameHangul')}</small>
    </span>
  );
}
