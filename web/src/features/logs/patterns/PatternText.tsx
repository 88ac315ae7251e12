import { useTranslation } from 'react-i18next';
import type { PatternPart } from '../../../api/patterns';
import css from './Patterns.module.css';
import { kinds } from './patterns';

/** What stays the same in the lines of a pattern, and in between what kind of value changes. */
export function PatternText({ parts }: { parts: readonly PatternPart[] }) {
  return (
    <span translate="no" className={css.text}>
      {parts.map((part, i) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place
        part.kind ? <VariableChip key={i} kind={part.kind} /> : <span key={i}>{part.text}</span>,
      )}
    </span>
  );
}

/** Stands for a value that changes from line to line. */
export function VariableChip({ kind }: { kind: string }) {
  const { t } = useTranslation();
  const known = kinds.find((one) => one === kind) ?? 'any';
  return <span className={css.chip}>{t(`patterns.kind.${known}`)}</span>;
}
