import { useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import css from './EarlyPalette.module.css';

interface EarlyPaletteProps {
  text: string;
  onText: (text: string) => void;
  onClose: () => void;
}

/** Takes what is typed while the palette loads, which goes on with it. */
export function EarlyPalette({ text, onText, onClose }: EarlyPaletteProps) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  return (
    <div className={css.box}>
      <input
        ref={field}
        className={css.field}
        type="text"
        aria-label={t('palette.title')}
        aria-busy="true"
        placeholder={t('palette.title')}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={({ target }) => onText(target.value)}
        onKeyDown={({ key }) => key === 'Escape' && onClose()}
      />
    </div>
  );
}
