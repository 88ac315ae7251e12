import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/Icon';
import { shortCount } from '../../ui/quantity';
import css from './LiveButton.module.css';
import type { TailState } from './useLiveTail';

interface LiveButtonProps {
  live: boolean;
  tail: TailState;
  onToggle: () => void;
}

/** Lets new rows flow in, or stops them; shows how many come. */
export function LiveButton({ live, tail, onToggle }: LiveButtonProps) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className={css.button}
      aria-pressed={live}
      title={t('logs.live.title')}
      onClick={onToggle}
    >
      <Icon name={live ? 'pause' : 'play'} size={13} />
      <span>{t('logs.live.name')}</span>
      {live && (
        <span className={css.rate}>{t('logs.live.rate', { rate: shortCount(tail.rate) })}</span>
      )}
    </button>
  );
}
