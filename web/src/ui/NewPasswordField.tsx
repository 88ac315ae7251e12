import { useTranslation } from 'react-i18next';
import { PasswordField } from './PasswordField';

interface NewPasswordFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** How many characters it must have. */
  minLength: number;
}

/** How many characters a person sees in a text: a syllable of Hangul is one. */
export function lengthOf(text: string): number {
  return [...text.normalize('NFC')].length;
}

/** A password to be chosen: what it must be, and how much is missing. */
export function NewPasswordField({ label, value, onChange, minLength }: NewPasswordFieldProps) {
  const { t } = useTranslation();
  const missing = minLength - lengthOf(value);
  return (
    <PasswordField
      label={label}
      autoComplete="new-password"
      required
      value={value}
      aside={value !== '' && missing > 0 && t('password.missing', { count: missing })}
      hint={t('password.rules', { n: minLength })}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
