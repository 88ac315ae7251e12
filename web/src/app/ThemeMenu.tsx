import { Menu } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useTheme } from '../theme/ThemeProvider';
import { themeChoices } from '../theme/theme';
import { IconButton } from '../ui/Button';
import floating from '../ui/floating.module.css';
import { Icon } from '../ui/Icon';

/** Chooses dark, light, or the system's theme. */
export function ThemeMenu() {
  const { t } = useTranslation();
  const { choice, choose } = useTheme();
  return (
    <Menu position="bottom-end" classNames={{ dropdown: floating.panel, item: floating.item }}>
      <Menu.Target>
        <IconButton icon="theme" label={t('theme.title')} look="ghost" />
      </Menu.Target>
      <Menu.Dropdown>
        {themeChoices.map((theme) => (
          <Menu.Item
            key={theme}
            role="menuitemradio"
            aria-checked={theme === choice}
            rightSection={theme === choice ? <Icon name="check" size={13} /> : null}
            onClick={() => choose(theme)}
          >
            {t(`theme.${theme}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
