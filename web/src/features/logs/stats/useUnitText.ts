import { useTranslation } from 'react-i18next';
import { useDurationText } from '../../../ui/useDurationText';
import { formatUnit, type Unit } from './units';

/** Returns a function that writes a number in its unit: 4.1 MB, 285 ms, 2.5 s. */
export function useUnitText(): (value: number, unit: Unit) => string {
  const { t } = useTranslation();
  const durationText = useDurationText();
  return (value, unit) =>
    formatUnit(value, unit, (ms) =>
      ms < 60_000 ? t('unit.s', { n: Math.round(ms / 10) / 100 }) : durationText(ms),
    );
}
