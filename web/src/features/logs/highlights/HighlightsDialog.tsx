import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Icon } from '../../../ui/Icon';
import css from './HighlightsDialog.module.css';
import {
  type Highlight,
  mostHighlights,
  patternOf,
  setHighlights,
  tintStyle,
  tints,
  useHighlights,
} from './highlights';

/** The rules by which lines are highlighted in this browser; every change shows at once. */
export function HighlightsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { highlights } = useHighlights();
  const change = (id: string, next: Partial<Highlight>) =>
    setHighlights(highlights.map((one) => (one.id === id ? { ...one, ...next } : one)));
  const add = () => {
    const least = tints.toSorted(
      (a, b) =>
        highlights.filter(({ tint }) => tint === a).length -
        highlights.filter(({ tint }) => tint === b).length,
    );
    const tint = least[0] ?? tints[0];
    setHighlights([...highlights, { id: crypto.randomUUID(), text: '', tint }]);
  };
  return (
    <Dialog opened onClose={onClose} title={t('logs.highlights.title')} size={520}>
      <p className={css.hint}>{t('logs.highlights.hint')}</p>
      <ul className={css.list}>
        {highlights.map((one, i) => {
          const wrong = one.text.trim() !== '' && patternOf(one.text) === null;
          return (
            <li key={one.id} className={css.rule}>
              <input
                type="text"
                value={one.text}
                aria-label={t('logs.highlights.text', { n: i + 1 })}
                aria-invalid={wrong}
                placeholder={'timeout · /took=\\d{4,}ms/'}
                spellCheck={false}
                data-autofocus={i === highlights.length - 1 || undefined}
                translate="no"
                onChange={({ target }) => change(one.id, { text: target.value })}
              />
              <fieldset
                className={css.tints}
                aria-label={t('logs.highlights.tintOf', { n: i + 1 })}
              >
                {tints.map((tint) => (
                  <label key={tint} style={tintStyle(tint)}>
                    <input
                      type="radio"
                      name={one.id}
                      checked={tint === one.tint}
                      aria-label={t('logs.highlights.tint', { n: tint })}
                      onChange={() => change(one.id, { tint })}
                    />
                    <span aria-hidden="true">{tint}</span>
                  </label>
                ))}
              </fieldset>
              <IconButton
                icon="trash"
                iconSize={14}
                look="ghost"
                label={t('logs.highlights.remove', { n: i + 1 })}
                onClick={() => setHighlights(highlights.filter(({ id }) => id !== one.id))}
              />
              {wrong && (
                <p role="alert" className={css.wrong}>
                  {t('logs.highlights.wrong')}
                </p>
              )}
            </li>
          );
        })}
      </ul>
      <Button onClick={add} disabled={highlights.length >= mostHighlights}>
        <Icon name="plus" size={13} />
        {t('logs.highlights.add')}
      </Button>
    </Dialog>
  );
}
