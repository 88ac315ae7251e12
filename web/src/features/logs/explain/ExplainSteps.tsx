import { useTranslation } from 'react-i18next';
import type { ExplainStep } from '../../../api/explain';
import { count } from '../../../ui/quantity';
import css from './ExplainPanel.module.css';

/** The work in its order: how many records each step left, and by what it ruled out the others. */
export function ExplainSteps({ steps }: { steps: readonly ExplainStep[] }) {
  const { t } = useTranslation();
  const all = Math.max(1, steps[0]?.rows ?? 0);
  return (
    <ol className={css.steps}>
      {steps.map(({ step, filter, rows, blocks, segments, pruned }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step's place is its name
        <li key={i}>
          <div className={css.step}>
            <i style={{ width: `${(rows / all) * 100}%` }} />
            {step === 'filter' ? (
              <code translate="no">{filter}</code>
            ) : (
              <span>{t(`logs.explain.step.${step}`)}</span>
            )}
            <b>{t('logs.explain.rows', { count: rows, n: count(rows) })}</b>
          </div>
          <p className={css.note}>
            {segments > 0 && (
              <span>{t('logs.explain.segments', { count: segments, n: count(segments) })}</span>
            )}
            {blocks > 0 && (
              <span>{t('logs.explain.blocks', { count: blocks, n: count(blocks) })}</span>
            )}
            {(pruned ?? []).map((cut) => (
              <span key={cut.by} className={css.cut}>
                {t(`logs.explain.by.${cut.by}`)}{' '}
                {t('logs.explain.cut', { count: cut.rows, n: count(cut.rows) })}
                {cut.blocks > 0 &&
                  ` (${t('logs.explain.blocks', { count: cut.blocks, n: count(cut.blocks) })})`}
              </span>
            ))}
          </p>
        </li>
      ))}
    </ol>
  );
}
