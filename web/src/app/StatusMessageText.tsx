import { useTranslation } from 'react-i18next';
import { numberRanges } from '../ui/numberRanges';
import { count } from '../ui/quantity';
import type { StatusMessage } from './statusMessages';

/** A message of the server in words: what is the matter, then what it means or what to do. */
export function StatusMessageText({ message }: { message: StatusMessage }) {
  const { t } = useTranslation();
  const { text, values, partitions, raw } = message;
  if (!text) return raw.join(' ');
  const words = {
    ...values,
    n: count(Number(values.count ?? 0)),
    partitions: t('notices.partitions', {
      count: partitions.length,
      list: numberRanges(partitions),
    }),
  };
  return (
    <>
      <b>{t(`notices.title.${text}`, words)}</b> <span>{t(`notices.text.${text}`, words)}</span>
    </>
  );
}
