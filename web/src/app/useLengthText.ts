import { useTranslation } from 'react-i18next';

const units = { s: 'seconds', m: 'minutes', h: 'hours', d: 'days', w: 'weeks' } as const;

/** Returns a function that words a length such as 15m as "Last 15 minutes". */
export function useLengthText(): (length: string) => string {
  const { t } = useTranslation();
  return (length) => {
    const unit = length.at(-1) as keyof typeof units;
    return t(`time.last.${units[unit]}`, { count: Number.parseInt(length, 10) });
  };
}
