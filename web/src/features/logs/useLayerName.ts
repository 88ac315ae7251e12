import { useTranslation } from 'react-i18next';
import { defaultBy } from './histogram';

/** Returns a function that words the value of a layer: the value, that records lack it, or all others. */
export function useLayerName(): (by: string | undefined, value: string | null) => string {
  const { t } = useTranslation();
  return (by, value) => {
    if (value === null) return t('logs.histogram.other');
    if (value !== '') return value;
    return by === defaultBy ? t('logs.noSeverity') : t('logs.noValue');
  };
}
