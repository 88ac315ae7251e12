import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { fetchHits } from '../../api/select';
import { useTime } from '../../app/TimeProvider';
import { useLengthText } from '../../app/useLengthText';
import { relativeLength, type TimeRange } from '../../time/range';
import { Button } from '../../ui/Button';
import { Command } from '../../ui/Command';
import { Notice } from '../../ui/Notice';

interface EmptyResultProps {
  query: string;
  live: boolean;
  onRange: (range: TimeRange) => void;
  onRefresh: () => void;
}

/** Sends one line by the means that every Unix machine has. */
const sendLine = 'logger -n 127.0.0.1 -P 5514 --udp hello';

const day = 86_400_000;

/** Says why the list is empty and what to do next: wait, widen the range, or send a first line. */
export function EmptyResult({ query, live, onRange, onRefresh }: EmptyResultProps) {
  const { t } = useTranslation();
  const { range, window } = useTime();
  const lengthText = useLengthText();
  const asksAll = query === '*';
  // Is there anything at all in the window, so that only the query is too narrow?
  const { data: inWindow } = useQuery({
    queryKey: ['any', window.start, window.end],
    queryFn: async ({ signal }) => {
      const groups = await fetchHits({ query: '*', ...window }, { step: day, offset: 0 }, signal);
      return groups.reduce((sum, { total }) => sum + total, 0);
    },
    enabled: !asksAll,
  });
  const length = relativeLength(range);
  const silent = asksAll || inWindow === 0;
  return (
    <Notice
      role="status"
      title={
        length ? t('logs.empty.titleLength', { length: lengthText(length) }) : t('logs.empty.title')
      }
      text={
        <>
          <p>{silent ? t('logs.empty.silent') : t('logs.empty.narrow')}</p>
          {silent && (
            <>
              <p>{t('logs.empty.send')}</p>
              <Command text={sendLine} />
            </>
          )}
          {live && <p>{t('logs.empty.live')}</p>}
        </>
      }
    >
      <Button size="small" onClick={() => onRange({ from: 'now-24h', to: 'now' })}>
        {t('logs.empty.day')}
      </Button>
      <Button size="small" onClick={() => onRange({ from: 'now-30d', to: 'now' })}>
        {t('logs.empty.month')}
      </Button>
      <Button size="small" onClick={onRefresh}>
        {t('logs.empty.again')}
      </Button>
    </Notice>
  );
}
