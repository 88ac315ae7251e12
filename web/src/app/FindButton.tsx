import { useTranslation } from 'react-i18next';
import { IconButton } from '../ui/Button';
import { Icon } from '../ui/Icon';
import { Kbd } from '../ui/Kbd';
import { usePhone } from '../ui/media';
import css from './FindButton.module.css';

const apple = /Mac|iPhone|iPad/.test(navigator.platform);

/** Opens the palette; looks like the field that it opens. */
export function FindButton({ onFind }: { onFind: () => void }) {
  const { t } = useTranslation();
  if (usePhone()) {
    return <IconButton icon="search" label={t('palette.title')} look="ghost" onClick={onFind} />;
  }
  return (
    <button type="button" className={css.find} aria-haspopup="dialog" onClick={onFind}>
      <Icon name="search" size={14} />
      <span className={css.text}>{t('palette.title')}</span>
      <Kbd>{apple ? '⌘ K' : 'Ctrl K'}</Kbd>
    </button>
  );
}
