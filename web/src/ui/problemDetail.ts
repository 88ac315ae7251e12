import type { i18n as I18n, ParseKeys } from 'i18next';
import type { Problem } from '../api/problem';

/** What may be said of a query, and what may be wanted at a place of it; the server may know newer ones. */
type Said =
  Extract<ParseKeys, `query.said.${string}`> extends `query.said.${infer Code}` ? Code : never;
type Phrase =
  Extract<ParseKeys, `query.phrase.${string}`> extends `query.phrase.${infer Code}` ? Code : never;
/** What may be said of a whole query, or of a password. */
type Of =
  Extract<ParseKeys, `problem.said.${string}`> extends `problem.said.${infer Code}` ? Code : never;
/** Which rule something typed on the pages of access and accounts breaks; these texts come with the pages. */
type Refused =
  Extract<ParseKeys, `refused.${string}`> extends `refused.${infer Code}` ? Code : never;

/**
 * What a problem says besides its title: in the language of the console where its code is known, else the server's own words.
 * A wrong query's message says what is wrong there; the fix stands in a button.
 */
export function problemDetail({ params, detail }: Problem, i18n: I18n): string | undefined {
  const said = params?.said;
  if (said && i18n.exists(`problem.said.${said}`)) {
    const { field, n, least, most } = params;
    return i18n.t(`problem.said.${said as Of}`, { field, n, least, most });
  }
  if (said && i18n.exists(`refused.${said}`)) {
    return i18n.t(`refused.${said as Refused}`, { replace: params ?? {} });
  }
  if (!said || !i18n.exists(`query.said.${said}`)) return params?.message ?? detail;
  const phrase = params.phrase;
  const want =
    phrase && i18n.exists(`query.phrase.${phrase}`)
      ? i18n.t(`query.phrase.${phrase as Phrase}`, { pipe: params.pipe })
      : params.want;
  return i18n.t(`query.said.${said as Said}`, { ...params, want });
}
