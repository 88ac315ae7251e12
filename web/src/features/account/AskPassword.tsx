import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { PasswordField } from '../../ui/PasswordField';
import css from './AccountPage.module.css';
import { PanelError } from './PanelError';

interface AskPasswordProps {
  /** What it is asked for, and what comes of it. */
  text: ReactNode;
  /** Names the button. */
  action: string;
  error: unknown;
  busy: boolean;
  onPassword: (password: string) => void;
}

/** Asks for the password before something that a stranger at an open browser must not do. */
export function AskPassword({ text, action, error, busy, onPassword }: AskPasswordProps) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  return (
    <form
      className={css.body}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) onPassword(password);
      }}
    >
      <p>{text}</p>
      <PasswordField
        label={t('account.password.old')}
        autoComplete="current-password"
        required
        data-autofocus=""
        value={password}
        onChange={({ target }) => setPassword(target.value)}
      />
      <PanelError error={error} />
      <div className={css.buttons}>
        <Button type="submit" look="primary" disabled={busy || password === ''}>
          {action}
        </Button>
      </div>
    </form>
  );
}
