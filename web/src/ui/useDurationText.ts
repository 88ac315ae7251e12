import { useTranslation } from 'react-i18next';
import { durationParts } from './quantity';

/** Returns a function that words a duration in ms: 5 m 30 s. */
export function useDurationText(): (ms: number) => string {
  const { t } = useTranslation();
  return (ms) =>
    durationParts(ms)
      .map(({ value, unit }) => t(`unit.${unit}`, { n: value }))
      .join(' ');
}
