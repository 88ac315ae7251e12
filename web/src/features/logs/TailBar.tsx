import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Kbd } from '../../ui/Kbd';
import { count } from '../../ui/quantity';
import { StateMark } from '../../ui/StateMark';
import css from './TailBar.module.css';
import type { TailState } from './useLiveTail';

interface TailBarProps {
  tail: TailState;
  /** Why rows are held back; null while they flow. */
  reason: 'paused' | 'open' | 'away' | null;
  held: number;
  onPause: () => void;
  onResume: () => void;
}

/** The state of the live tail in one line over the list. */
export function TailBar({ tail, reason, held, onPause, onResume }: TailBarProps) {
  const { t } = useTranslation();
  const flowing = tail.phase === 'open';
  return (
    <div className={css.bar} role="status">
      <span className={css.state}>
        {flowing ? (
          <Icon name={reason ? 'pause' : 'play'} size={12} />
        ) : (
          <StateMark health={tail.phase === 'failed' ? 'critical' : 'warn'} />
        )}
        {flowing && reason ? t(`logs.live.holds.${reason}`) : t(`logs.live.phase.${tail.phase}`)}
      </span>
      {reason && (
        <Button
          look="link"
          size="small"
          className={css.held}
          onClick={onResume}
          disabled={held === 0}
        >
          {t('logs.live.held', { count: held, n: count(held) })}
          <Icon name="up" size={12} />
        </Button>
      )}
      {tail.sampled > 0 && (
        <span className={css.sampled}>
          {tail.rate > tail.shown
            ? t('logs.live.sampled', { shown: count(tail.shown), rate: count(tail.rate) })
            : t('logs.live.wasSampled', { count: tail.sampled, n: count(tail.sampled) })}
        </span>
      )}
      {tail.skipped > 0 && (
        <span className={css.skipped}>
          {t('logs.live.skipped', { count: tail.skipped, n: count(tail.skipped) })}
        </span>
      )}
      <Button
        look="ghost"
        size="small"
        className={css.action}
        onClick={reason ? onResume : onPause}
      >
        {reason && (
          <span className={css.key}>
            <Kbd>L</Kbd>
          </span>
        )}
        {reason ? t('logs.live.resume') : t('logs.live.pause')}
      </Button>
    </div>
  );
}
