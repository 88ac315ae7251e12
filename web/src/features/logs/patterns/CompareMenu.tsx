import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/Button';
import { Icon } from '../../../ui/Icon';
import { Menu, MenuItem } from '../../../ui/Menu';
import css from './CompareMenu.module.css';
import { type Distance, distances } from './patterns';

/** Chooses the span before, against which patterns are new, exploded or silent. */
export function CompareMenu({ value }: { value: Distance }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const choose = (vs: Distance) =>
    void navigate({
      to: '/logs',
      search: (old) => ({ ...old, vs: vs === '1d' ? undefined : vs }),
    });
  return (
    <span className={css.compare}>
      <span>{t('patterns.compareWith')}</span>
      <Menu
        target={
          <Button
            size="small"
            aria-label={`${t('patterns.compareWith')}: ${t(`patterns.before.${value}`)}`}
          >
            {t(`patterns.before.${value}`)}
            <Icon name="down" size={12} />
          </Button>
        }
      >
        {distances.map((one) => (
          <MenuItem key={one} checked={one === value} onClick={() => choose(one)}>
            {t(`patterns.before.${one}`)}
          </MenuItem>
        ))}
      </Menu>
    </span>
  );
}
