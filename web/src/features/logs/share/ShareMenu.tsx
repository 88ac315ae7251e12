import { useTranslation } from 'react-i18next';
import { useTime } from '../../../app/TimeProvider';
import { fixedRange } from '../../../time/range';
import { Button } from '../../../ui/Button';
import { useCopy } from '../../../ui/clipboard';
import { Icon } from '../../../ui/Icon';
import { Menu, MenuItem } from '../../../ui/Menu';

interface ShareMenuProps {
  /** Look of the button. */
  className?: string | undefined;
}

/** Copies a link to this view: of the moments that it shows now, or with times that move with the clock. */
export function ShareMenu({ className }: ShareMenuProps) {
  const { t } = useTranslation();
  const { window, zone } = useTime();
  const [state, copy] = useCopy();
  const link = (fixed: boolean) => {
    const url = new URL(location.href);
    // What is open beside the view is the sender's own.
    url.searchParams.delete('panel');
    if (fixed) {
      const { from, to } = fixedRange(window);
      url.searchParams.set('from', from);
      url.searchParams.set('to', to);
      url.searchParams.set('tz', zone);
      url.searchParams.delete('live');
      url.searchParams.delete('refresh');
    }
    return url.href;
  };
  return (
    <Menu
      target={
        <Button size="small" look="ghost" className={className ?? ''} title={t('logs.share.title')}>
          <Icon name={state === 'done' ? 'check' : 'share'} size={13} />
          <span>{state === 'idle' ? t('logs.share.title') : t(`copy.${state}`)}</span>
        </Button>
      }
    >
      <MenuItem icon="clock" onClick={() => copy(link(true))}>
        {t('logs.share.fixed')}
      </MenuItem>
      <MenuItem icon="refresh" onClick={() => copy(link(false))}>
        {t('logs.share.moving')}
      </MenuItem>
    </Menu>
  );
}
