import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Advice, fetchAdvice } from '../../../api/advice';
import { useDurationText } from '../../../ui/useDurationText';
import { fillAdvice } from './fillAdvice';

const interval = 30_000; // what is measured changes slowly, and trying codecs costs

type Sentences = Readonly<Record<string, string>>;

// The command line says the same sentences; they are loaded with the page that shows them.
const load: Readonly<Record<string, () => Promise<{ default: Sentences }>>> = {
  en: () => import('../../../locales/advice.en.json'),
  ko: () => import('../../../locales/advice.ko.json'),
};

/** Asks twice a minute what to change. */
export function useAdvice() {
  return useQuery({
    queryKey: ['pipeline advice'],
    queryFn: ({ signal }) => fetchAdvice(signal),
    refetchInterval: interval,
    staleTime: 0,
  });
}

/** Words advice in the language of the page; what this console has no sentence for, as its code. */
export function useAdviceText(): ((advice: Advice) => string) | undefined {
  const { language } = useTranslation().i18n;
  const durationText = useDurationText();
  const { data } = useQuery({
    queryKey: ['advice sentences', language],
    queryFn: async (): Promise<Sentences> => (await load[language]?.())?.default ?? {},
  });
  if (!data) return undefined;
  return (advice) =>
    fillAdvice(data[advice.code] ?? advice.code, advice, durationText) ?? advice.code;
}
