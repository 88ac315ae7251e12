import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './Button';
import css from './Command.module.css';
import { useCopy } from './clipboard';
import { Icon } from './Icon';

interface CommandProps {
  text: string;
  /** What is copied, when that is not the text as it is shown. */
  copied?: string;
  /** Stands in a line of text. */
  compact?: boolean;
}

/** A command to run in a terminal, or another text to take along, with a button that copies it. */
export function Command({ text, copied = text, compact = false }: CommandProps) {
  const { t } = useTranslation();
  const [state, copy] = useCopy();
  return (
    <div className={css.command} data-compact={compact || undefined}>
      <code>
        {text.split(' ').map((word, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: words come twice, and stay where they are
          <Fragment key={at}>
            {at > 0 && ' '}
            <span>{word}</span>
          </Fragment>
        ))}
      </code>
      <Button size="small" className={css.copy} onClick={() => copy(copied)}>
        <Icon name={state === 'done' ? 'check' : 'copy'} size={12} />
        {t(`copy.${state}`)}
      </Button>
    </div>
  );
}
