import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '../../../ui/Button';
import { useCopy } from '../../../ui/clipboard';
import { downloadBlob } from '../../../ui/download';
import { Icon } from '../../../ui/Icon';
import css from './CodeBlock.module.css';

interface CodeBlockProps {
  text: string;
  /** Read out before the text. */
  label: string;
  /** Name under which the text can be saved as a file. */
  file?: string;
}

/** A text to put into a file or to run, with buttons that copy and save it. */
export function CodeBlock({ text, label, file }: CodeBlockProps) {
  const { t } = useTranslation();
  const [state, copy] = useCopy();
  return (
    <section className={css.block} aria-label={label}>
      <div className={css.actions}>
        <Button size="small" onClick={() => copy(text)}>
          <Icon name={state === 'done' ? 'check' : 'copy'} size={12} />
          {t(`copy.${state}`)}
        </Button>
        {file && (
          <IconButton
            size="small"
            icon="download"
            iconSize={12}
            label={t('sources.add.download', { file })}
            onClick={() => downloadBlob(new Blob([text], { type: 'text/plain' }), file)}
          />
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className={css.text} tabIndex={0} translate="no">
        {text}
      </pre>
    </section>
  );
}
