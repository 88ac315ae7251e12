import { useTranslation } from 'react-i18next';
import { useKeyHelp } from '../../ui/keys';

/** Adds the keys of the Logs page to the list of keys. */
export function useLogsKeyHelp(): void {
  const { t } = useTranslation();
  useKeyHelp({
    title: t('pages.logs'),
    keys: [
      { keys: ['/'], text: t('help.query') },
      { keys: ['L'], text: t('help.live') },
      { keys: ['j', 'k'], text: t('help.rows') },
      { keys: ['Enter'], text: t('help.open') },
      { keys: ['o'], text: t('help.only') },
      { keys: ['x'], text: t('help.not') },
      { keys: ['f'], text: t('help.fields') },
      { keys: ['h'], text: t('help.highlights') },
    ],
  });
}
