import { useTranslation } from 'react-i18next';
import { Button } from './Button';
import css from './Command.module.css';
import { useCopy } from './clipboard';
import { Icon } from './Icon';

interface CommandProps {
  text: string;
  /** Stands in a line of text. */
  compact?: boolean;
}

/** A command to run in a terminal, with a button that copies it. */
export function Command({ text, compact = false }: CommandProps) {
  const { t } = useTranslation();
  const [state, copy] = useCopy();
  return (
    <div className={css.command} data-compact={compact || undefined}>
      <code>{text}</code>
      <Button size="small" className={css.copy} onClick={() => copy(text)}>
        <Icon name={state === 'done' ? 'check' : 'copy'} size={12} />
        {t(`copy.${state}`)}
      </Button>
    </div>
  );
}
