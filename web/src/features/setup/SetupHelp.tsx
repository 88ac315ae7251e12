import { useTranslation } from 'react-i18next';
import { Command } from '../../ui/Command';
import css from './Setup.module.css';

/** How to get the link that makes the first administrator. */
export function SetupHelp() {
  const { t } = useTranslation();
  return (
    <div className={css.help}>
      <p>{t('setup.link')}</p>
      <p>{t('setup.service')}</p>
      <Command text="journalctl -u haetae -o cat | grep setup" />
      <p>{t('setup.restart')}</p>
    </div>
  );
}
