import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button';
import { Icon } from '../ui/Icon';
import { Menu, MenuDivider, MenuItem, MenuLabel } from '../ui/Menu';
import { leave } from './leave';
import { useMe } from './me';
import { keepGlobal } from './search';
import css from './UserMenu.module.css';

/** Who is signed in, the way to their account, and out. Nothing while there are no accounts. */
export function UserMenu() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { me } = useMe();
  if (me?.kind !== 'user') return null;
  const shown = me.full_name || me.name;
  return (
    <Menu
      target={
        <Button look="ghost" className={css.target} aria-label={t('me.menu', { name: shown })}>
          <Icon name="user" size={15} />
          <span className={css.name} translate="no">
            {shown}
          </span>
        </Button>
      }
    >
      <MenuLabel translate="no">
        {me.role ? `${me.name} · ${t(`role.${me.role}`)}` : me.name}
      </MenuLabel>
      <MenuItem icon="user" onClick={() => void navigate({ to: '/account', search: keepGlobal })}>
        {t('me.account')}
      </MenuItem>
      <MenuDivider />
      <MenuItem icon="leave" disabled={me.seen_by !== ''} onClick={() => void leave()}>
        {t('me.signOut')}
      </MenuItem>
    </Menu>
  );
}
