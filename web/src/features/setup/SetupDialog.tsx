import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/Dialog';
import { SetupHelp } from './SetupHelp';

/** Says over any page how the first administrator is made. */
export default function SetupDialog(props: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog {...props} title={t('setup.title')}>
      <p>{t('setup.why')}</p>
      <SetupHelp />
    </Dialog>
  );
}
