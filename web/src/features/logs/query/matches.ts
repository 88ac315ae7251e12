import { splitPipes } from './edit';
import { tokenize } from './tokens';

const maxTerms = 20;

const initials = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
const firstSyllable = 0xac00;
const syllablesPerInitial = 588;

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The pattern of the Hangul that begins with these consonants, as chosung() finds it. */
function chosungPattern(text: string): string {
  return Array.from(text, (character) => {
    const initial = initials.indexOf(character);
    if (initial < 0) return escaped(character);
    const first = firstSyllable + initial * syllablesPerInitial;
    const last = first + syllablesPerInitial - 1;
    return `[${character}${String.fromCodePoint(first)}-${String.fromCodePoint(last)}]`;
  }).join('');
}

/** Returns a pattern of the words and phrases that the query looks for in the message, or null when it looks for none. */
export function matchPattern(query: string): RegExp | null {
  const { filter } = splitPipes(query);
  const tokens = tokenize(filter).filter(({ kind }) => kind !== 'space' && kind !== 'comment');
  const textOf = (i: number) => {
    const token = tokens[i];
    return token ? filter.slice(token.from, token.to) : '';
  };
  const terms: string[] = [];
  tokens.forEach(({ kind, from, to }, i) => {
    if (kind !== 'word' && kind !== 'string' && kind !== 'number') return;
    const before = tokens[i - 1];
    if (before?.kind === 'negation' || before?.kind === 'operator') return;
    if (textOf(i - 1).toLowerCase() === 'not') return;
    if (tokens[i + 1]?.kind === 'open') return; // a function's name
    const text = filter.slice(from, to);
    const term =
      kind === 'string' ? text.slice(1, text.endsWith(text[0] ?? '') ? -1 : undefined) : text;
    const byInitials = textOf(i - 1) === '(' && textOf(i - 2).toLowerCase() === 'chosung';
    terms.push(byInitials ? chosungPattern(term) : escaped(term));
  });
  const patterns = terms.filter((term) => term !== '').slice(0, maxTerms);
  return patterns.length > 0 ? new RegExp(`(${patterns.join('|')})`, 'g') : null;
}
