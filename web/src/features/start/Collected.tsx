import { useTranslation } from 'react-i18next';
import type { Source } from '../../api/sources';
import { count } from '../../ui/quantity';
import { StateMark } from '../../ui/StateMark';
import css from './StartPage.module.css';

/** What is collected already, a column for each input. */
export function Collected({ sources }: { sources: readonly Source[] }) {
  const { t } = useTranslation();
  const inputs = new Map<string, { records: number; senders: number }>();
  for (const { input, records } of sources) {
    const sum = inputs.get(input) ?? { records: 0, senders: 0 };
    inputs.set(input, { records: sum.records + records, senders: sum.senders + 1 });
  }
  return (
    <dl className={css.inputs}>
      {[...inputs].map(([input, { records, senders }]) => (
        <div key={input}>
          <dt>
            <StateMark health="ok" />
            <span translate="no">{input}</span>
          </dt>
          <dd>
            <b>{count(records)}</b> <small>{t('start.lines', { count: records })}</small>
            <small className={css.senders}>{t('start.senders', { count: senders })}</small>
          </dd>
        </div>
      ))}
      {inputs.size === 0 && <p className={css.nothing}>{t('start.nothing')}</p>}
    </dl>
  );
}
