import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Completer } from '../query/complete';
import { AddButton } from './AddButton';
import css from './Builder.module.css';
import { dropTerm, putTerm } from './change';
import { GroupRow } from './GroupRow';
import type { Built } from './model';
import { readQuery } from './read';
import { TermChip } from './TermChip';
import { TermEditor } from './TermEditor';
import { writeQuery } from './write';

interface BuilderProps {
  /** What stands in the query line. */
  text: string;
  completer: Completer;
  /** Runs the query that the builder writes. */
  onRun: (query: string) => void;
}

/** Asks without knowing the language. It writes into the query line and reads from it; each choice takes effect at once. */
export function Builder({ text, completer, onRun }: BuilderProps) {
  const { t } = useTranslation();
  const built = readQuery(text);
  return (
    <section className={css.builder} aria-label={t('logs.builder.title')}>
      {built ? (
        <BuilderRows
          built={built}
          completer={completer}
          onChange={(next) => onRun(writeQuery(next))}
        />
      ) : (
        <p className={css.cannot} role="status">
          {t('logs.builder.cannot')}
        </p>
      )}
    </section>
  );
}

interface BuilderRowsProps {
  built: Built;
  completer: Completer;
  onChange: (built: Built) => void;
}

function BuilderRows({ built, completer, onChange }: BuilderRowsProps) {
  const { t } = useTranslation();
  // The group that gets an alternative.
  const [or, setOr] = useState<number | null>(null);
  return (
    <>
      <span className={css.label}>{t('logs.builder.where')}</span>
      <div className={css.row}>
        {built.groups.map((group, g) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a group is its place
          <span key={g} className={css.group} data-or={group.length > 1 || or === g || undefined}>
            {group.map((term, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a term is its place
              <span key={i} className={css.term}>
                {i > 0 && <span className={css.or}>{t('logs.builder.or')}</span>}
                <TermChip
                  term={term}
                  completer={completer}
                  onChange={(condition) => onChange(putTerm(built, g, i, condition))}
                  onDrop={() => onChange(dropTerm(built, g, i))}
                  onOr={() => setOr(g)}
                />
              </span>
            ))}
            {or === g && (
              <AddButton
                label={t('logs.builder.or')}
                begun
                onBegun={(begun) => {
                  if (!begun) setOr(null);
                }}
              >
                {() => (
                  <TermEditor
                    completer={completer}
                    onDone={(condition) => {
                      setOr(null);
                      onChange(putTerm(built, g, group.length, condition));
                    }}
                  />
                )}
              </AddButton>
            )}
          </span>
        ))}
        <AddButton label={t('logs.builder.addTerm')}>
          {(close) => (
            <TermEditor
              completer={completer}
              onDone={(condition) => {
                close();
                onChange(putTerm(built, built.groups.length, 0, condition));
              }}
            />
          )}
        </AddButton>
      </div>
      <GroupRow built={built} completer={completer} onChange={onChange} />
    </>
  );
}
