import { Menu } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useTheme } from '../theme/ThemeProvider';
import { type ThemeChoice, themeChoices } from '../theme/theme';
import { IconButton } from '../ui/Button';
import floating from '../ui/floating.module.css';
import { Icon } from '../ui/Icon';

/** Chooses dark, light, or the system's theme. */
export function ThemeMenu() {
  const { t } = useTranslation();
  const { choice, choose } = useTheme();
  return (
    <Menu
      position="bottom-end"
      withInitialFocusPlaceholder={false}
      classNames={{ dropdown: floating.panel, item: floating.item }}
    >
      <Menu.Target>
        <IconButton icon="theme" label={t('theme.title')} look="ghost" />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={choice} onChange={(value) => choose(value as ThemeChoice)}>
          {themeChoices.map((theme) => (
            <Menu.RadioItem
              key={theme}
              value={theme}
              closeMenuOnClick
              checkIcon={<Icon name="check" size={13} />}
            >
              {t(`theme.${theme}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
