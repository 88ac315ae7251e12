import { useTranslation } from 'react-i18next';
import type { PatternField, PatternNumbers, PatternVariable } from '../../../api/patterns';
import { count } from '../../../ui/quantity';
import { plainText } from '../ansi';
import { VariableChip } from './PatternText';
import { barHeights, numberText } from './patterns';
import { withoutCode } from './terminalCodes';
import css from './Variables.module.css';

interface VariableViewProps {
  variable: PatternVariable;
  /** As ShownPart has it. */
  coded: true | undefined;
}

/** What one variable of a pattern holds: the distribution of its numbers, or its most frequent values. */
export function VariableView({ variable, coded }: VariableViewProps) {
  const { t } = useTranslation();
  const { name, distinct, distinct_more, numeric } = variable;
  const kind = coded ? 'any' : variable.kind;
  const top = coded
    ? variable.top.map(({ value, hits }) => ({ value: withoutCode(value), hits }))
    : variable.top;
  const different = t(distinct_more ? 'patterns.overDistinct' : 'patterns.distinct', {
    n: count(distinct),
  });
  // Few numbers say more by themselves.
  const spread = numeric && distinct > top.length;
  return (
    <section className={css.variable} aria-label={name || kind}>
      <h3>
        <VariableChip kind={kind} /> <span translate="no">{name}</span>{' '}
        <span className={css.said}>
          {spread
            ? t('patterns.numbers', { count: numeric.count, n: count(numeric.count) })
            : different}
        </span>
      </h3>
      {spread ? <Numbers numbers={numeric} /> : <Top values={top} />}
    </section>
  );
}

/** What a field holds in the lines of a pattern. */
export function FieldView({ field: { name, distinct, top } }: { field: PatternField }) {
  const { t } = useTranslation();
  return (
    <section className={css.variable} aria-label={name}>
      <h3>
        <code translate="no">{name}</code>{' '}
        <span className={css.said}>{t('patterns.distinct', { n: count(distinct) })}</span>
      </h3>
      <Top values={top} />
    </section>
  );
}

function Numbers({ numbers }: { numbers: PatternNumbers }) {
  const { t } = useTranslation();
  const { min, max, p50, p99, unit, buckets } = numbers;
  const text = (value: number) => numberText(value, unit);
  const width = 100 / buckets.length;
  const said = `p50 ${text(p50)} · p99 ${text(p99)} · ${t('patterns.max')} ${text(max)}`;
  return (
    <>
      <svg
        className={css.plot}
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${t('patterns.spread')}: ${said}`}
      >
        {barHeights(numbers).map((height, i) => (
          <rect
            key={buckets[i]?.from}
            x={i * width}
            y={100 * (1 - height)}
            width={width}
            height={100 * height}
          />
        ))}
      </svg>
      <p className={css.ends} translate="no">
        <span>{text(min)}</span>
        <span>{text(max)}</span>
      </p>
      <p className={css.said} translate="no">
        {said}
      </p>
    </>
  );
}

function Top({ values }: { values: PatternVariable['top'] }) {
  const most = Math.max(1, ...values.map(({ hits }) => hits));
  return (
    <ul className={css.top}>
      {values.map(({ value, hits }) => (
        <li key={value}>
          <span className={css.value} translate="no" title={value}>
            {plainText(value) || '–'}
          </span>
          <i>
            <i style={{ width: `${(100 * hits) / most}%` }} />
          </i>
          <span>{count(hits)}</span>
        </li>
      ))}
    </ul>
  );
}
