import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { SystemConfig } from '../../../api/system';

/** Returns what a setting means in the language of the page; as the server says it in English where it lacks a text. */
export type SettingDocs = (setting: Pick<SystemConfig['values'][number], 'doc'>) => string;

// The server describes its settings in English, and these are the keys of the other language.
const load: Readonly<Record<string, () => Promise<{ default: Record<string, string> }>>> = {
  ko: () => import('../../../locales/settings.ko.json'),
};

/** Gives the descriptions of settings; in English until those of another language are loaded. */
export function useSettingDocs(): SettingDocs {
  const { language } = useTranslation().i18n;
  const { data } = useQuery({
    queryKey: ['setting docs', language],
    queryFn: async () => (await load[language]?.())?.default ?? {},
    staleTime: Number.POSITIVE_INFINITY,
  });
  return ({ doc = '' }) => data?.[doc] ?? doc;
}
