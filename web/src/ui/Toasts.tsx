import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from './Button';
import css from './Toasts.module.css';
import { dismissToast, shownToasts, type Toast, watchToasts } from './toast';

const shortStay = 4000; // ms
const undoStay = 10_000;

/** The toasts over the page, read out when they come. The shell shows it once. */
export function Toasts() {
  const { t } = useTranslation();
  const toasts = useSyncExternalStore(watchToasts, shownToasts);
  return (
    <section className={css.toasts} aria-live="polite" aria-label={t('toast.label')}>
      {toasts.map((one) => (
        <ToastLine key={one.id} toast={one} />
      ))}
    </section>
  );
}

function ToastLine({ toast: { id, text, undo } }: { toast: Toast }) {
  const { t } = useTranslation();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return; // somebody reads it, or is on the way to its button
    const timer = setTimeout(() => dismissToast(id), undo ? undoStay : shortStay);
    return () => clearTimeout(timer);
  }, [id, undo, held]);
  return (
    <fieldset
      className={css.toast}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className={css.text}>{text}</span>
      {undo && (
        <Button
          size="small"
          look="link"
          onClick={() => {
            undo();
            dismissToast(id);
          }}
        >
          {t('toast.undo')}
        </Button>
      )}
      <IconButton
        icon="close"
        iconSize={12}
        size="small"
        look="ghost"
        label={t('toast.dismiss')}
        onClick={() => dismissToast(id)}
      />
    </fieldset>
  );
}
