import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { limits } from '../../api/limits';
import { type Me, setUp } from '../../api/me';
import { asProblem } from '../../api/problem';
import { Button } from '../../ui/Button';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Field } from '../../ui/Field';
import { lengthOf, NewPasswordField } from '../../ui/NewPasswordField';
import entrance from '../signin/Entrance.module.css';
import { SetupHelp } from './SetupHelp';

interface AdminFormProps {
  token: string;
  minLength: number;
  onDone: (me: Me) => void;
}

/** Name and password of the first administrator. */
export function AdminForm({ token, minLength, onDone }: AdminFormProps) {
  const { t } = useTranslation();
  const [name, setName] = useState('admin');
  const [password, setPassword] = useState('');
  const create = useMutation({
    mutationFn: () => setUp(token, name.trim(), password),
    onSuccess: onDone,
  });
  const oldLink = asProblem(create.error).code === 'access.setup_token';
  return (
    <form
      className={entrance.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!create.isPending) create.mutate();
      }}
    >
      <Field
        label={t('signin.name')}
        type="text"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={limits.userName}
        required
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <NewPasswordField
        label={t('signin.password')}
        minLength={minLength}
        value={password}
        onChange={setPassword}
      />
      <Button
        type="submit"
        look="primary"
        className={entrance.submit ?? ''}
        disabled={create.isPending || name.trim() === '' || lengthOf(password) < minLength}
      >
        {t('setup.create')}
      </Button>
      {create.error && <ErrorNotice error={create.error} />}
      {oldLink && <SetupHelp />}
    </form>
  );
}
