import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { count } from '../../ui/quantity';
import css from './PhoneBar.module.css';

interface PhoneBarProps {
  /** Rows that wait to be shown. */
  held: number;
  onFacets: () => void;
  onShowHeld: () => void;
}

/** What the thumb needs on the phone: the facets, and the rows that arrived meanwhile. */
export function PhoneBar({ held, onFacets, onShowHeld }: PhoneBarProps) {
  const { t } = useTranslation();
  return (
    <div className={css.bar}>
      <Button onClick={onFacets}>
        <Icon name="filter" size={14} />
        {t('logs.facets.title')}
      </Button>
      {held > 0 && (
        <Button className={css.held} onClick={onShowHeld}>
          {t('logs.live.held', { count: held, n: count(held) })}
          <Icon name="up" size={13} />
        </Button>
      )}
    </div>
  );
}
