import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './Button';
import { Field, type FieldProps } from './Field';

interface PasswordFieldProps extends Omit<FieldProps, 'type' | 'end' | 'autoComplete'> {
  /** Tells password managers whether to fill in the present one or to offer a new one. */
  autoComplete: 'current-password' | 'new-password';
}

/** A password: hidden until one asks to see it, with a word when Caps Lock is on. */
export function PasswordField({ aside, ...rest }: PasswordFieldProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const [caps, setCaps] = useState(false);
  const look = (event: KeyboardEvent) => setCaps(event.getModifierState('CapsLock'));
  return (
    <Field
      type={shown ? 'text' : 'password'}
      spellCheck={false}
      autoCapitalize="none"
      aside={caps ? t('password.capsLock') : aside}
      onKeyDown={look}
      onKeyUp={look}
      end={
        <IconButton
          icon={shown ? 'hide' : 'eye'}
          size="small"
          look="ghost"
          label={t(shown ? 'password.hide' : 'password.show')}
          onClick={() => setShown(!shown)}
        />
      }
      {...rest}
    />
  );
}
