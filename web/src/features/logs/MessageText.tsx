import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { prettyJson } from './fieldType';
import { LogText } from './LogText';
import css from './MessageText.module.css';
import { foldTrace } from './stackTrace';

interface MessageTextProps {
  text: string;
  /** Words to mark. */
  pattern: RegExp | null;
}

/** The whole message of an opened row: JSON over several lines, long stack traces folded. */
export function MessageText({ text, pattern }: MessageTextProps) {
  const { t } = useTranslation();
  const [raw, setRaw] = useState(false);
  const [opened, setOpened] = useState<readonly number[]>([]);
  const pretty = useMemo(() => prettyJson(text), [text]);
  const parts = useMemo(() => foldTrace(text), [text]);
  return (
    <div className={css.block}>
      {pretty && (
        <button type="button" className={css.raw} aria-pressed={raw} onClick={() => setRaw(!raw)}>
          {t('logs.row.raw')}
        </button>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long message is scrolled by the keyboard too */}
      <pre className={css.message} tabIndex={0}>
        {pretty && !raw ? (
          <LogText text={pretty} pattern={pattern} />
        ) : (
          parts.map((part, i) => {
            const key = `${i} ${part.folded}`;
            if (part.folded === 0 || opened.includes(i))
              return (
                <div key={key}>
                  <LogText text={part.text} pattern={pattern} />
                </div>
              );
            return (
              <div key={key}>
                <button
                  type="button"
                  className={css.fold}
                  aria-expanded={false}
                  onClick={() => setOpened([...opened, i])}
                >
                  {t('logs.row.folded', { count: part.folded, n: part.folded })}
                </button>
              </div>
            );
          })
        )}
      </pre>
    </div>
  );
}
