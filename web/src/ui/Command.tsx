import { useTranslation } from 'react-i18next';
import { Button } from './Button';
import css from './Command.module.css';
import { useCopy } from './clipboard';
import { Icon } from './Icon';

/** A command to run in a terminal, with a button that copies it. */
export function Command({ text }: { text: string }) {
  const { t } = useTranslation();
  const [state, copy] = useCopy();
  return (
    <div className={css.command}>
      <code>{text}</code>
      <Button size="small" className={css.copy} onClick={() => copy(text)}>
        <Icon name={state === 'done' ? 'check' : 'copy'} size={12} />
        {t(`copy.${state}`)}
      </Button>
    </div>
  );
}
