import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Advice } from '../../../api/advice';
import { AnswerState } from '../../../app/AnswerState';
import { Button } from '../../../ui/Button';
import { count } from '../../../ui/quantity';
import { Section } from '../../../ui/Section';
import { type Health, StateMark } from '../../../ui/StateMark';
import { useDurationText } from '../../../ui/useDurationText';
import css from './AdviceList.module.css';
import { useAdvice, useAdviceText } from './useAdvice';

const marks: Readonly<Record<Advice['severity'], Health>> = {
  change: 'warn',
  look: 'unknown',
  fine: 'ok',
};

/** What to change in the queue and what that brings, from measured figures; what is fine behind a button. */
export function AdviceList() {
  const { t } = useTranslation();
  const durationText = useDurationText();
  const answer = useAdvice();
  const adviceText = useAdviceText();
  const [whole, setWhole] = useState(false);
  const { data } = answer;
  const fine = data?.advice.filter(({ severity }) => severity === 'fine') ?? [];
  const open = data?.advice.filter(({ severity }) => severity !== 'fine') ?? [];
  const measured = data
    ? Math.round((Date.parse(data.until) - Date.parse(data.since)) / 60_000) * 60_000
    : 0;
  return (
    <Section
      title={t('pipeline.advice.title')}
      note={measured > 0 && t('pipeline.advice.note', { time: durationText(measured) })}
    >
      <AnswerState answer={answer} failed={t('pipeline.advice.failed')} />
      {data && adviceText && (
        <ul className={css.list}>
          {open.length === 0 && <li className={css.none}>{t('pipeline.advice.none')}</li>}
          {(whole ? [...open, ...fine] : open).map((advice) => (
            <li key={advice.id}>
              <StateMark health={marks[advice.severity]} />
              <div>
                <Change advice={advice} />
                <p>{adviceText(advice)}</p>
              </div>
            </li>
          ))}
        </ul>
      )}
      {fine.length > 0 && (
        <div className={css.more}>
          <Button look="link" aria-expanded={whole} onClick={() => setWhole(!whole)}>
            {whole
              ? t('pipeline.advice.less')
              : t('pipeline.advice.fine', { count: fine.length, n: count(fine.length) })}
          </Button>
        </div>
      )}
    </Section>
  );
}

function Change({ advice: { severity, setting, from, to } }: { advice: Advice }) {
  const { t } = useTranslation();
  return (
    <p className={css.change}>
      <span className={css.severity}>{t(`pipeline.advice.severity.${severity}`)}</span>
      {setting && (
        <code translate="no">{[setting, from, to && '→', to].filter(Boolean).join(' ')}</code>
      )}
    </p>
  );
}
