import { useTranslation } from 'react-i18next';
import type { Source } from '../../../api/sources';
import { useTime } from '../../../app/TimeProvider';
import { clock } from '../../../time/clock';
import { decimal } from '../../../ui/quantity';
import { useDurationText } from '../../../ui/useDurationText';
import { QuotaUse } from './QuotaUse';
import css from './Senders.module.css';
import { adviceFor } from './senders';

interface SenderTroubleProps {
  source: Source;
  now: number;
}

/** The second line of a sender that is not well: why, a sample, and what to do. */
export function SenderTrouble({ source, now }: SenderTroubleProps) {
  const { t } = useTranslation();
  const { zone } = useTime();
  const durationText = useDurationText();
  const { state, last_rejected: rejected, last_seen, usual_per_minute: usual } = source;
  const seen = Date.parse(last_seen);
  const advice = adviceFor(rejected?.reason ?? '');
  return (
    <tr className={css.trouble}>
      <td />
      <td colSpan={10}>
        {state === 'silent' && (
          <p>
            {t('sources.silent', {
              time: clock(seen, zone, 'minute'),
              since: durationText(now - seen),
              usual: decimal(usual ?? 0),
            })}
          </p>
        )}
        {state === 'over_quota' && (
          <p>
            <span>
              <QuotaUse source={source} />
            </span>
            <span>{t('sources.advice.quota')}</span>
          </p>
        )}
        {rejected && state !== 'over_quota' && (
          <p>
            <b translate="no">{rejected.reason}</b>
            {rejected.sample && (
              <code className={css.sample} translate="no">
                {rejected.sample}
              </code>
            )}
            {advice && <span>{t(`sources.advice.${advice}`)}</span>}
          </p>
        )}
      </td>
    </tr>
  );
}
