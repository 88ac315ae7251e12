import { useTranslation } from 'react-i18next';
import { shortCount } from '../../ui/quantity';
import { useDurationText } from '../../ui/useDurationText';

interface PipelineTexts {
  /** Words how far something is behind: 0.3 s, 25.1 s, 4 m 10 s; a dash when that is not known. */
  behindText: (ms: number | null) => string;
  /** Words a count within a sentence: 1.2 M, and 120만 in Korean. */
  manyText: (n: number) => string;
}

/** Returns the numbers of the page in the page's language. */
export function usePipelineTexts(): PipelineTexts {
  const { t, i18n } = useTranslation();
  const durationText = useDurationText();
  const korean = new Intl.NumberFormat('ko', { notation: 'compact', maximumFractionDigits: 1 });
  return {
    behindText: (ms) => {
      if (ms === null) return '–';
      if (ms < 60_000) return t('unit.s', { n: (Math.floor(ms / 100) / 10).toFixed(1) });
      return durationText(Math.round(ms / 1000) * 1000);
    },
    manyText: (n) => (i18n.language === 'ko' ? korean.format(n) : shortCount(n)),
  };
}
