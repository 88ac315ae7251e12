import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Me, signIn } from '../../api/me';
import { asProblem, ProblemError } from '../../api/problem';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { PasswordField } from '../../ui/PasswordField';
import entrance from './Entrance.module.css';
import { Refusal } from './Refusal';
import css from './SignInForm.module.css';
import { useWait } from './useWait';

// The server says how long to wait; a proxy before it may not, in s.
const usualWait = 30;

interface SignInFormProps {
  /** Who was signed in before; may be changed. */
  name?: string | undefined;
  onDone: (me: Me) => void;
}

/** Name and password; then, where the account has a second factor, its code in the password's place. */
export function SignInForm({ name: before = '', onDone }: SignInFormProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(before);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [step, setStep] = useState<'password' | 'code' | 'recovery'>('password');
  const [wait, beginWait] = useWait();
  const second = useRef<HTMLInputElement>(null);
  const attempt = useMutation({
    mutationFn: (sent: string) => signIn(name.trim(), password, sent),
    onSuccess: onDone,
    onError: (error) => {
      const { code: refused } = asProblem(error);
      if (refused === 'access.second_factor' && step === 'password') setStep('code');
      if (refused === 'access.throttled')
        beginWait((error instanceof ProblemError && error.retryAfter) || usualWait);
      setCode('');
      second.current?.focus();
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another step is another field
  useEffect(() => {
    // At first the name is typed, unless it is known.
    if (step !== 'password' || before) second.current?.focus();
  }, [step]);
  const go = (next: typeof step) => {
    attempt.reset();
    setCode('');
    setStep(next);
  };
  return (
    <form
      className={entrance.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!attempt.isPending && wait === 0)
          attempt.mutate(step === 'password' ? '' : code.trim());
      }}
    >
      <Field
        label={t('signin.name')}
        type="text"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        readOnly={step !== 'password'}
        data-autofocus={before ? undefined : ''}
        autoFocus={!before}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      {step === 'password' ? (
        <PasswordField
          ref={second}
          label={t('signin.password')}
          name="password"
          autoComplete="current-password"
          data-autofocus={before ? '' : undefined}
          required
          value={password}
          onChange={({ target }) => setPassword(target.value)}
        />
      ) : (
        <Field
          key={step}
          ref={second}
          label={t(step === 'code' ? 'signin.code' : 'signin.recoveryCode')}
          type="text"
          name={step === 'code' ? 'code' : 'recovery'}
          inputMode={step === 'code' ? 'numeric' : 'text'}
          autoComplete={step === 'code' ? 'one-time-code' : 'off'}
          autoCapitalize="none"
          spellCheck={false}
          required
          value={code}
          onChange={({ target }) => setCode(target.value)}
        />
      )}
      <Button
        type="submit"
        look="primary"
        className={entrance.submit ?? ''}
        disabled={attempt.isPending || wait > 0}
      >
        {t('signin.submit')}
      </Button>
      <div className={css.below}>
        <Refusal error={attempt.error} code={attempt.variables ?? ''} wait={wait} />
        {step !== 'password' && (
          <p className={css.other}>
            <Button look="link" onClick={() => go(step === 'code' ? 'recovery' : 'code')}>
              {t(step === 'code' ? 'signin.useRecovery' : 'signin.useCode')}
            </Button>
            <Button look="link" onClick={() => go('password')}>
              {t('signin.again')}
            </Button>
          </p>
        )}
      </div>
    </form>
  );
}
